import type { Json } from '../base/json.ts';
import type { StoredMessage } from '../memory/memory-queue.ts';
import { MemoryStore } from '../memory/store.ts';
import { decode } from '../message/codec.ts';
import type { Message } from '../message/message.ts';
import { COLLECT } from '../message/next.ts';
import type { OutgoingEntry } from '../ports/broker.ts';

/** A task on its way. */
export interface Sent {
  readonly id: string;
  readonly task: string;
  /** As they were sent: a schema has not seen them. A chord's body gets the list of its header beside them. */
  readonly args: readonly Json[];
  readonly queue: string;
  readonly sentAt: Date;
  /** When it may run: later than `sentAt` with `countdown` or `eta`. */
  readonly dueAt: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as it lies in a queue. */
export interface Lying extends Sent {
  readonly receiveCount: number;
}

/** A message in a dead-letter queue. What is unknown is empty: the body of an `unreadable` one is no task. */
export interface DeadLetter {
  readonly id: string;
  readonly task: string;
  readonly args: readonly Json[];
  /** The queue it came from. */
  readonly queue: string;
  /** @see docs/retries-and-dead-letters.md */
  readonly reason: string;
  readonly error: { readonly name: string; readonly code: string; readonly message: string };
  /** Retries that lie behind it. */
  readonly attempt: number;
  /** Redrives that lie behind it. */
  readonly round: number;
}

/**
 * A store that remembers what was sent, each task once: what is sent anew, or as a dead letter, is no other send.
 *
 * What a task is replaced by has its id at the end, and is a send of its own: one hop further on.
 */
export class RememberingStore extends MemoryStore {
  readonly sends: Map<string, Sent> = new Map();
  /** Of each id, the hops of its last send. */
  readonly #hops = new Map<string, number>();

  override send(queue: string, entry: OutgoingEntry, nowMs: number): string {
    const sqsMessageId = super.send(queue, entry, nowMs);
    const message = readable(entry.body, sqsMessageId);
    if (message && message.task !== COLLECT && this.#isNew(message)) {
      this.#hops.set(message.id, message.hops);
      const key = `${message.id} ${message.hops}`;
      this.sends.set(key, sentOf(message, queue, nowMs, nowMs + entry.delaySeconds * 1_000));
    }
    return sqsMessageId;
  }

  /** A retry with other arguments is of a later generation too, but no hop. */
  #isNew({ id, generation, hops }: Message): boolean {
    const known = this.#hops.get(id);
    return known === undefined || (generation > 0 && hops > known);
  }
}

/** A message of a queue, for a test to look at. */
export function lyingOf(stored: StoredMessage, queue: string): Lying {
  const { body, sqsMessageId, sentAtMs, visibleAtMs, receiveCount } = stored;
  const message = readable(body, sqsMessageId) ?? { id: sqsMessageId, task: '', args: [] };
  return { ...sentOf(message, queue, sentAtMs, visibleAtMs), receiveCount };
}

/** A dead letter, for a test to look at. */
export function deadLetterOf({ body, sqsMessageId, attributes }: StoredMessage, from: string): DeadLetter {
  const message = readable(body, sqsMessageId);
  const { reason = '', error = '', errorCode = '', errorMessage = '', attempt = '0', origin = from } = attributes;
  return {
    id: message?.id ?? sqsMessageId,
    task: message?.task ?? '',
    args: message?.args ?? [],
    queue: origin,
    reason,
    error: { name: error, code: errorCode, message: errorMessage },
    attempt: Number(attempt),
    round: message ? Math.max(0, message.round - 1) : 0,
  };
}

type Known = Pick<Message, 'id' | 'task' | 'args'> & Partial<Pick<Message, 'etaMs' | 'headers'>>;

function sentOf(
  { id, task, args, etaMs, headers = {} }: Known,
  queue: string,
  sentAtMs: number,
  dueAtMs: number,
): Sent {
  const dueAt = new Date(Math.max(etaMs ?? 0, dueAtMs));
  return { id, task, args, queue, sentAt: new Date(sentAtMs), dueAt, headers };
}

function readable(body: string, sqsMessageId: string): Message | undefined {
  try {
    return decode(body, sqsMessageId);
  } catch {
    return undefined;
  }
}
