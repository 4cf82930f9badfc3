import { type Duration, durationMs } from '../base/durations.ts';
import { GetInsideTaskError, TimeoutError } from '../base/errors.ts';
import { randomInt } from '../base/random.ts';
import type { GetOptions } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import { currentTask } from './scope.ts';

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2_000;
const PAUSE_GROWTH = 1.5;

/** Looking at something again and again until it has happened: the pauses, the timeout and the signal. */
export interface Polling {
  /** Looks so far that found nothing new. */
  readonly pauses: number;
  /** Waits until it is time to look again: at first 50 ms at most, then ever longer, at last about 2 s. */
  pause(): Promise<void>;
  /** Something has happened: the next pause is a shorter one again. */
  progressed(): void;
}

/**
 * Begins to wait.
 *
 * @param late  what the `TimeoutError` says
 * @throws {GetInsideTaskError} a task is running here; and from `pause`:
 * @throws {TimeoutError} it has not happened within the timeout
 * @throws the signal's reason
 */
export function startPolling(
  { clock, random }: Ports,
  { timeout, signal }: GetOptions,
  late: (timeout: Duration) => string,
): Polling {
  if (currentTask.getStore()) throw new GetInsideTaskError();
  signal?.throwIfAborted();
  const untilMs = timeout === undefined ? Number.POSITIVE_INFINITY : clock.now() + durationMs(timeout, 'timeout');
  let pauses = 0;
  let pauseMs = FIRST_PAUSE_MS;
  return {
    get pauses() {
      return pauses;
    },
    async pause() {
      signal?.throwIfAborted();
      const leftMs = untilMs - clock.now();
      if (timeout !== undefined && leftMs <= 0) throw new TimeoutError(late(timeout));
      await clock.sleep(Math.min(leftMs, pauseMs / 2 + randomInt(random, pauseMs / 2)), signal);
      signal?.throwIfAborted();
      pauses += 1;
      pauseMs = Math.min(pauseMs * PAUSE_GROWTH, MAX_PAUSE_MS);
    },
    progressed() {
      pauseMs = Math.max(pauseMs / PAUSE_GROWTH ** 2, FIRST_PAUSE_MS);
    },
  };
}
