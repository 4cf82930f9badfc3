import type { Duration } from '../base/durations.ts';
import type { QueueName } from '../canvas/register.ts';
import type { RetryOn } from './policy.ts';

/**
 * How a task is run. Bare numbers of time are seconds; `taskDefaults` of the app give the same options for all its tasks, and
 * a task's own value, lists too, replaces the default's.
 */
export interface TaskOptions<Q extends string = QueueName> {
  /** Where it is sent unless the call says otherwise; wins over every route. */
  readonly queue?: Q;

  /** Errors that are retried without being asked to: classes, or predicates such as `(e) => e.code === 'ECONNRESET'`. @default [] */
  readonly autoretryFor?: readonly RetryOn[];
  /** Errors that are never retried by `autoretryFor`; wins over it. @default [] */
  readonly dontAutoretryFor?: readonly RetryOn[];
  /** Retries after the first attempt; null: for ever. @default 3 */
  readonly maxRetries?: number | null;
  /** Between attempts, where neither the retry nor `retryBackoff` says otherwise. @default 180 */
  readonly defaultRetryDelay?: Duration;
  /**
   * Delays of `autoretryFor`: `factor · 2^retries` seconds. `true` and every number below 2 are factor 1, other numbers are cut
   * to whole ones, 0 and `false` are off (`defaultRetryDelay`); or a function of the retries so far. @default false
   */
  readonly retryBackoff?: boolean | number | ((retries: number) => Duration);
  /** Cap of the backoff, applied before the jitter. @default 600 */
  readonly retryBackoffMax?: Duration;
  /** Any whole second from 0 to the backoff. @default true */
  readonly retryJitter?: boolean;

  /** `self.signal` aborts when an attempt takes longer; at most `timeLimit`. */
  readonly softTimeLimit?: Duration;
  /** An attempt fails when it takes longer, and is not retried; at most 900 s, the longest a Lambda function runs. */
  readonly timeLimit?: Duration;
  /** Not built yet. */
  readonly rateLimit?: `${number}/${'s' | 'm' | 'h' | 'd'}` | number;

  /** False: at most once; a task that may have begun is not begun again. @default true */
  readonly acksLate?: boolean;
  /** Writes STARTED when it begins, for one more write a task. @default false */
  readonly trackStarted?: boolean;
  /** Stores no result: `get()` gives null at once. @default false */
  readonly ignoreResult?: boolean;
  /** Stores errors although results are ignored. @default false */
  readonly storeErrorsEvenIfIgnored?: boolean;
  /** Expected errors: they fail the task, and are logged as information. @default [] */
  readonly throws?: readonly RetryOn[];
  /** Revoked if it has not begun this long after it was sent. @default never */
  readonly expires?: Duration;
  /** How long its result is kept. @default 86400 */
  readonly resultExpires?: Duration;
}
