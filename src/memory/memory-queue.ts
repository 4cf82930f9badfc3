import type { OutgoingEntry, VisibilityChange } from '../ports/broker.ts';

/** A message as a queue in memory holds it. */
export interface StoredMessage {
  /** Its place in the queue; a duplicate has the same message id and another place. */
  readonly place: string;
  readonly sqsMessageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAtMs: number;
  receiveCount: number;
  visibleAtMs: number;
  /** The handle of its last receive; an older one no longer hides it. */
  receiptHandle: string | undefined;
  /** It is delivered twice at a time, and both are the same message: who deletes one deletes the other. */
  twin?: boolean;
}

/** A standard queue: at least once, in no order that anyone may rely on. */
export interface MemoryQueue {
  readonly name: string;
  /** What it redrives to, and after how many receives. */
  readonly redrive: { readonly to: MemoryQueue; readonly maxReceiveCount: number } | undefined;
  readonly messages: StoredMessage[];
}

/** Makes an empty queue. */
export function memoryQueue(name: string, redrive?: MemoryQueue['redrive']): MemoryQueue {
  return { name, redrive, messages: [] };
}

/** Puts a message on the queue. */
export function put(queue: MemoryQueue, entry: OutgoingEntry, sqsMessageId: string, nowMs: number): void {
  queue.messages.push({
    place: sqsMessageId,
    sqsMessageId,
    body: entry.body,
    attributes: entry.attributes ?? {},
    sentAtMs: nowMs,
    receiveCount: 0,
    visibleAtMs: nowMs + entry.delaySeconds * 1_000,
    receiptHandle: undefined,
  });
}

/** The messages that a receive may give out now, after those received too often have moved to where the queue redrives. */
export function visible(queue: MemoryQueue, nowMs: number): StoredMessage[] {
  const { redrive } = queue;
  const found = queue.messages.filter((message) => message.visibleAtMs <= nowMs);
  if (!redrive) return found;
  const [over, rest] = [[] as StoredMessage[], [] as StoredMessage[]];
  for (const message of found) (message.receiveCount >= redrive.maxReceiveCount ? over : rest).push(message);
  for (const message of over) {
    remove(queue, message);
    redrive.to.messages.push({ ...message, visibleAtMs: nowMs, receiptHandle: undefined });
  }
  return rest;
}

/** Gives a message out: hides it and counts the receive. Returns its receipt handle. */
export function receive(message: StoredMessage, visibilityMs: number, nowMs: number): string {
  message.receiveCount += 1;
  message.visibleAtMs = nowMs + visibilityMs;
  message.receiptHandle = `${message.place}/${message.receiveCount}`;
  return message.receiptHandle;
}

/** Deletes by receipt handle, also an old one, as SQS usually does. */
export function deleteByHandle(queue: MemoryQueue, receiptHandle: string): void {
  const [place] = receiptHandle.split('/');
  const index = queue.messages.findIndex((message) => message.place === place);
  const [deleted] = index >= 0 ? queue.messages.splice(index, 1) : [];
  if (!deleted?.twin) return;
  const other = queue.messages.findIndex((message) => message.twin && message.sqsMessageId === deleted.sqsMessageId);
  if (other >= 0) queue.messages.splice(other, 1);
}

/** Hides a message that is in flight under this handle; any other is left alone. */
export function hide(queue: MemoryQueue, change: VisibilityChange, nowMs: number): void {
  const message = queue.messages.find((held) => held.receiptHandle === change.receiptHandle);
  if (message && message.visibleAtMs > nowMs) message.visibleAtMs = nowMs + change.seconds * 1_000;
}

/** Puts a second one of the same message on the queue, as SQS may at any time; its receive count may be too low. */
export function duplicate(queue: MemoryQueue, message: StoredMessage, place: string, nowMs: number): void {
  queue.messages.push({ ...message, place, visibleAtMs: nowMs, receiptHandle: undefined });
}

/** Makes the message visible once more while it is in flight: both deliveries are of one message. */
export function deliverTwice(queue: MemoryQueue, message: StoredMessage, place: string, nowMs: number): void {
  message.twin = true;
  duplicate(queue, message, place, nowMs);
}

/** Takes a message off the queue. */
export function remove(queue: MemoryQueue, message: StoredMessage): void {
  queue.messages.splice(queue.messages.indexOf(message), 1);
}
