import { chunked } from '../base/chunked.ts';
import { SQS_MAX_BATCH } from '../base/limits.ts';
import type { SqsBatchResponse, SqsEvent } from '../ports/sqs-event.ts';
import type { TaskItem } from '../protocol/item.ts';
import { definitionOf } from './built-in.ts';
import { buryUnreadable } from './dead-letter.ts';
import { defer } from './defer.ts';
import { type Delivery, readRecord, type Unreadable } from './delivery.ts';
import { type Invocation, type Reply, reserveMs } from './invocation.ts';
import { life } from './life.ts';

/** Delivered more often than this, a message has perhaps killed a process. */
const SUSPECT_AFTER_RECEIVES = 2;
/** What was received of a paused queue comes back so much later, to see whether it goes on. */
const PAUSE_LOOK_MS = 60_000;

/**
 * Runs the records of one event and answers which of them come back.
 *
 *  1. All but suspects, side by side (`batchConcurrency`). None is begun when the deadline is too near: it comes back at once.
 *  2. Suspects, one at a time, fewest starts first, each claimed only right before it runs; finished neighbours are deleted
 *     from the queue before, so that a process that dies takes nobody along.
 *  3. A task that still goes on at its hard limit cannot be stopped: everything settled is deleted, and the process ends.
 *
 * Of a paused queue nothing is begun: a record comes back a minute later, and is no attempt. What has begun goes on to its end.
 *
 * Never throws for a record: one that cannot be handled now comes back.
 */
export async function batch(event: SqsEvent, invocation: Invocation): Promise<SqsBatchResponse> {
  const records = event.Records.map((record) => readRecord(record, invocation.worker));
  const replies: Replies = new Map();
  const suspects = records.filter(isSuspect);
  const others = records.filter((record) => !isSuspect(record));
  await sideBySide(others, concurrencyOf(others, invocation), async (record) => {
    replies.set(record, await handled(record, invocation));
  });
  if (suspects.length > 0) await oneByOne(suspects, invocation, replies);
  if ([...replies.values()].some((reply) => reply.hung)) return endProcess(replies, invocation);
  const returned = records.filter((record) => replies.get(record)?.kind !== 'acknowledge');
  return { batchItemFailures: returned.map(({ sqsMessageId }) => ({ itemIdentifier: sqsMessageId })) };
}

/** What became of each record so far. */
type Replies = Map<Delivery | Unreadable, Reply>;

/** A suspect runs only once its neighbours are out of danger; if they cannot be deleted, it comes back later. */
async function oneByOne(suspects: readonly Delivery[], invocation: Invocation, replies: Replies): Promise<void> {
  const { backend, telemetry } = invocation.worker.ports;
  const deleted = new Set<Reply>();
  try {
    const items = await backend.readMany([...new Set(suspects.map(({ message }) => message.id))]);
    const starts = (record: Delivery) => items.get(record.message.id)?.starts ?? 0;
    for (const suspect of [...suspects].sort((a, b) => starts(a) - starts(b))) {
      await deleteAcknowledged(replies, deleted, invocation);
      replies.set(suspect, await handled(suspect, invocation, items.get(suspect.message.id)));
    }
  } catch (error) {
    const message = 'suspects not run, they come back';
    telemetry.log({ level: 'error', message, fields: { error: String(error) } });
  }
}

function isSuspect(record: Delivery | Unreadable): record is Delivery {
  return 'message' in record && record.receiveCount > SUSPECT_AFTER_RECEIVES;
}

async function handled(record: Delivery | Unreadable, invocation: Invocation, known?: TaskItem): Promise<Reply> {
  const { orders, ports } = invocation.worker;
  const { telemetry, clock } = ports;
  invocation.arrivals.enter();
  try {
    if ('unreadable' in record) {
      await buryUnreadable(record, ports);
      return { kind: 'acknowledge' };
    }
    const nowMs = clock.now();
    if (!timeLeftFor(record, nowMs, invocation)) return await defer(record, nowMs, 'no-time', invocation);
    if (orders.isStale(nowMs)) await orders.refresh(ports);
    if (orders.isPaused(record.queue)) return await defer(record, nowMs + PAUSE_LOOK_MS, 'paused', invocation);
    return await life(record, invocation, known);
  } catch (error) {
    const task = 'message' in record ? { id: record.message.id, task: record.message.task } : {};
    telemetry.log({
      level: 'error',
      message: 'not handled, the message comes back',
      fields: { error: String(error) },
      ...task,
    });
    return { kind: 'return' };
  } finally {
    invocation.arrivals.leave();
  }
}

/** Is there time to run it to its limit and to settle? At the beginning of an invocation there always is. */
function timeLeftFor({ message }: Delivery, nowMs: number, invocation: Invocation): boolean {
  const { core } = invocation.worker;
  const limitMs = message.limits.timeLimitMs ?? definitionOf(core, message.task)?.policy.timeLimitMs ?? 0;
  const needMs = Math.min(limitMs + reserveMs(invocation), invocation.budgetMs * 0.8);
  return invocation.deadlineMs - nowMs >= needMs;
}

function concurrencyOf(records: readonly (Delivery | Unreadable)[], { worker }: Invocation): number {
  const queue = records[0]?.queue;
  return (queue !== undefined && worker.core.queues.get(queue)?.batchConcurrency) || Number.POSITIVE_INFINITY;
}

async function sideBySide<T>(all: readonly T[], width: number, run: (one: T) => Promise<void>): Promise<void> {
  if (width >= all.length) return void (await Promise.all(all.map(run)));
  let begun = 0;
  const lane = async () => {
    while (begun < all.length) await run(all[begun++] as T);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** Deletes from the queue what is done. @param deleted  what was deleted before; grows */
async function deleteAcknowledged(replies: Replies, deleted: Set<Reply>, { worker }: Invocation): Promise<void> {
  const done = [...replies].filter(([, reply]) => reply.kind === 'acknowledge' && !deleted.has(reply));
  const queue = done[0]?.[0].receivedFrom;
  if (queue === undefined) return;
  for (const part of chunked(done, SQS_MAX_BATCH)) {
    const receiptHandles = part.map(([{ receiptHandle }]) => receiptHandle);
    await worker.ports.broker.delete(queue, receiptHandles);
    for (const [, reply] of part) deleted.add(reply);
  }
}

async function endProcess(replies: Replies, invocation: Invocation): Promise<never> {
  const { worker } = invocation;
  worker.ports.telemetry.log({ level: 'error', message: 'a task goes on past its time limit: this process ends' });
  try {
    await deleteAcknowledged(replies, new Set(), invocation);
  } catch (error) {
    const message = 'settled messages not deleted: they come back and settle again';
    worker.ports.telemetry.log({ level: 'warn', message, fields: { error: String(error) } });
  }
  worker.ports.telemetry.flush();
  worker.exit();
  return new Promise<never>(() => {}); // nothing goes on after exit
}
