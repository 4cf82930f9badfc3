import { SQS_MAX_BATCH } from '../base/limits.ts';
import type { QueueClient, ReceivedMessage } from './queue-client.ts';

/** Longest long poll. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MAX_WAIT_SECONDS = 20;
/** An event may have 6 MB; no receive is begun that could exceed it. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_EVENT_BYTES = 6_000_000;
const MAX_RECEIVE_BYTES = 1_048_576;

/** When a batch is complete. */
export interface BatchLimits {
  readonly batchSize: number;
  /** Counted from the first message. */
  readonly windowMs: number;
}

/**
 * Gathers one batch: waits for a first message, then, until the batch or the window is full, takes what else is there.
 *
 * A poll is never broken off: messages of an answer that nobody reads would be hidden for a visibility timeout.
 *
 * @returns nothing if no message came within the long poll
 */
export async function gatherBatch(
  client: Pick<QueueClient, 'receive'>,
  { batchSize, windowMs }: BatchLimits,
): Promise<readonly ReceivedMessage[]> {
  const take = (have: number, waitSeconds: number) =>
    client.receive(Math.min(SQS_MAX_BATCH, batchSize - have), waitSeconds);
  const batch = [...(await take(0, MAX_WAIT_SECONDS))];
  if (batch.length === 0) return batch;
  const untilMs = Date.now() + windowMs;
  while (batch.length < batchSize && untilMs > Date.now() && bytesOf(batch) + MAX_RECEIVE_BYTES <= MAX_EVENT_BYTES) {
    const waitSeconds = Math.round((untilMs - Date.now()) / 1_000);
    const more = await take(batch.length, waitSeconds);
    if (more.length === 0 && waitSeconds === 0) break;
    batch.push(...more);
  }
  return batch;
}

function bytesOf(batch: readonly ReceivedMessage[]): number {
  return batch.reduce((sum, { Body }) => sum + Body.length, 0);
}
