import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/** A run in which nothing happens for so long has lost something. */
const STALLED_SECONDS = 90;

/**
 * Waits until no message is left.
 *
 * @throws {Error} nothing has happened for a long time, and yet there are messages
 */
export async function drained(stage: Stage): Promise<void> {
  const stop = new AbortController();
  try {
    await Promise.race([stage.local.drained(), stalled(stage, stop.signal)]);
  } finally {
    stop.abort();
  }
}

async function stalled({ local, quietSeconds }: Stage, signal: AbortSignal): Promise<never> {
  while (quietSeconds() < STALLED_SECONDS) await sleep(1_000, undefined, { signal });
  const depths = await Promise.all(local.queues.map(async (queue) => [queue, await local.depth(queue)]));
  const left = JSON.stringify(Object.fromEntries(depths));
  throw new Error(`nothing happened for ${STALLED_SECONDS} s, and the queues still hold ${left}`);
}
