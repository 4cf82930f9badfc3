import type { Backoff } from '../base/backoff.ts';
import type { Duration } from '../base/durations.ts';

/** A class (and its subclasses) or a predicate: Node's network errors have codes, no classes. */
export type RetryOn = ErrorClass | ((error: Error & { readonly code?: unknown }) => boolean);

/** Any class of errors. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** A task's options with every default filled in and every duration in units: what the worker goes by. */
export interface TaskPolicy {
  /** The queue that the task itself names; routes and the call come before and after it. */
  readonly queue?: string;
  readonly autoretryFor: readonly RetryOn[];
  readonly dontAutoretryFor: readonly RetryOn[];
  /** Retries after the first attempt; null: for ever. */
  readonly maxRetries: number | null;
  readonly defaultRetryDelaySeconds: number;
  /** Absent: `defaultRetryDelaySeconds` between attempts. */
  readonly retryBackoff?: Backoff | ((retries: number) => Duration);
  /** False: at most once. A task that may have run does not run again. */
  readonly acksLate: boolean;
  readonly softTimeLimitMs?: number;
  readonly timeLimitMs?: number;
  readonly trackStarted: boolean;
  readonly ignoreResult: boolean;
  readonly storeErrorsEvenIfIgnored: boolean;
  /** Expected errors: they fail the task without being logged as the program's own. */
  readonly throws: readonly RetryOn[];
  /** Default of a call's `expires`, from the send. */
  readonly expiresMs?: number;
  readonly resultExpiresMs: number;
}
