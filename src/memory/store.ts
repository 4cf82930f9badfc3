import { LOST_MAX_RECEIVE_COUNT, MAX_RECEIVE_COUNT } from '../base/limits.ts';
import type { OutgoingEntry } from '../ports/broker.ts';
import { deadLetterQueueOf, lostQueueOf } from '../ports/queue-names.ts';
import type { Orders, QueueNote, Revocation, WriteAnswer } from '../ports/result-backend.ts';
import { present, type TaskItem } from '../protocol/item.ts';
import { FANOUT } from '../protocol/tree.ts';
import type { Refusal, Write } from '../protocol/write.ts';
import { applyWrite } from '../protocol/writes.ts';
import { MemoryBarriers } from './memory-barriers.ts';
import { type MemoryQueue, memoryQueue, put } from './memory-queue.ts';

/** Queues, table, barriers and payloads in memory: plain state, changed at once. Ports put a process, a clock and faults in front of it. */
export class MemoryStore {
  readonly queues: Map<string, MemoryQueue> = new Map();
  readonly items: Map<string, TaskItem> = new Map();
  readonly revocations: Revocation[] = [];
  readonly notes: Map<string, QueueNote> = new Map();
  readonly barriers: MemoryBarriers = new MemoryBarriers();
  readonly payloads: Map<string, StoredPayload> = new Map();
  /** Sees every write that was accepted: the item before and after it. */
  onWrite: (write: Write, before: TaskItem | undefined, after: TaskItem) => void = () => {};
  /** Sees every write that was refused. */
  onRefusal: (write: Write, refused: Refusal) => void = () => {};
  #sent = 0;

  /** @param queues  the work queues; each gets its lost queue and its dead-letter queue */
  constructor(queues: Iterable<string>) {
    for (const name of queues) {
      const dead = memoryQueue(deadLetterQueueOf(name));
      const lost = memoryQueue(lostQueueOf(name), { to: dead, maxReceiveCount: LOST_MAX_RECEIVE_COUNT });
      const work = memoryQueue(name, { to: lost, maxReceiveCount: MAX_RECEIVE_COUNT });
      for (const queue of [work, lost, dead]) this.queues.set(queue.name, queue);
    }
  }

  /** @throws {Error} there is no such queue */
  queue(name: string): MemoryQueue {
    const queue = this.queues.get(name);
    if (queue) return queue;
    throw new Error(`no queue "${name}" in memory; there are ${[...this.queues.keys()].join(', ')}`);
  }

  /** Sends and returns the SQS message id. */
  send(queue: string, entry: OutgoingEntry, nowMs: number): string {
    const sqsMessageId = this.nextPlace();
    put(this.queue(queue), entry, sqsMessageId, nowMs);
    return sqsMessageId;
  }

  /** A place, and so a message id, that no other message has. */
  nextPlace(): string {
    this.#sent += 1;
    return `m${String(this.#sent)}`;
  }

  read(id: string, nowMs: number): TaskItem | undefined {
    return present(this.items.get(id), nowMs);
  }

  /** The members `100 * leaf` to `100 * leaf + 99` of a group that are there, by their index. */
  readMembers(group: string, leaf: number, nowMs: number): ReadonlyMap<number, TaskItem> {
    const indexes = Array.from({ length: FANOUT }, (_, child) => leaf * FANOUT + child);
    const members = indexes.map((index) => [index, this.read(`${group}.${index}`, nowMs)] as const);
    return new Map(members.filter((member): member is [number, TaskItem] => member[1] !== undefined));
  }

  write(write: Write): WriteAnswer {
    const before = this.items.get(write.by.id);
    const answer = applyWrite(before, write);
    if ('refused' in answer) {
      this.onRefusal(write, answer.refused);
      return { written: false, refused: answer.refused, item: present(before, write.by.nowMs) };
    }
    this.items.set(write.by.id, answer.item);
    this.onWrite(write, before, answer.item);
    return { written: true, item: answer.item };
  }

  readPayload(key: string, nowMs: number): string | undefined {
    const payload = this.payloads.get(key);
    return payload && payload.expiresAtMs > nowMs ? payload.text : undefined;
  }

  addRevocation(revocation: Revocation): void {
    this.revocations.push(revocation);
  }

  ordersSince(sinceMs: number, nowMs: number): Orders {
    const revocations = this.revocations
      .filter((revocation) => revocation.atMs >= sinceMs && revocation.expiresAtMs > nowMs)
      .sort((a, b) => a.atMs - b.atMs);
    return { revocations, queues: [...this.notes.values()] };
  }

  /** Changes what is noted of a queue; an undefined field is taken away. */
  noteQueue(queue: string, change: (note: QueueNote) => QueueNoteChange): void {
    const before = this.notes.get(queue) ?? { queue };
    const fields = Object.entries({ ...before, ...change(before) }).filter(([, value]) => value !== undefined);
    this.notes.set(queue, Object.fromEntries(fields) as unknown as QueueNote);
  }

  /** Notes that a queue's mapping is looked at now; false if that was less than `everyMs` ago. */
  beginCheck(queue: string, everyMs: number, nowMs: number): boolean {
    const { checkedAtMs = Number.NEGATIVE_INFINITY } = this.notes.get(queue) ?? {};
    if (checkedAtMs > nowMs - everyMs) return false;
    this.noteQueue(queue, () => ({ checkedAtMs: nowMs }));
    return true;
  }
}

/** New fields of a note. */
type QueueNoteChange = { readonly [Field in Exclude<keyof QueueNote, 'queue'>]?: QueueNote[Field] | undefined };

/** A payload and until when it counts. */
export interface StoredPayload {
  readonly text: string;
  readonly expiresAtMs: number;
}
