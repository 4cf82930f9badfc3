import { type Random, randomInt } from './random.ts';

/** How long to wait before the next attempt. */
export interface Backoff {
  /** Seconds before the first retry; doubled with each. */
  readonly factor: number;
  /** Seconds; the cap, applied before the jitter. */
  readonly maxSeconds: number;
  /** Full jitter: any whole second from 0 to the delay. */
  readonly jitter: boolean;
}

/**
 * Seconds before the attempt after `retries` earlier retries: `min(max, factor · 2^retries)`, then full jitter.
 *
 * @see https://docs.celeryq.dev/en/stable/userguide/tasks.html#Task.retry_backoff
 */
export function backoffSeconds(backoff: Backoff, retries: number, random: Random): number {
  const delay = Math.min(backoff.maxSeconds, backoff.factor * 2 ** Math.min(retries, 52));
  return backoff.jitter ? randomInt(random, Math.floor(delay)) : delay;
}
