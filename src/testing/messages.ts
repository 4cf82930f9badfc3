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

/** A store that remembers what was sent, each task once: what is sent anew, or as a dead letter, is no other send. */
export class RememberingStore extends MemoryStore {
  readonly sends: Map<string, Sent> = new Map();

  override send(queue: string, entry: OutgoingEntry, nowMs: number): string {
    const sqsMessageId = super.send(queue, entry, nowMs);
    const message = readable(entry.body, sqsMessageId);
    if (message && message.task !== COLLECT && !this.sends.has(message.id)) {
      this.sends.set(message.id, sentOf(message, queue, nowMs, nowMs + entry.delaySeconds * 1_000));
    }
    return sqsMessageId;
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
