import type { Duration } from '../base/durations.ts';
import type { CeleriacError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { TaskState } from '../base/states.ts';

/** What is known of a task, as one read shows it; `state` tells which fields there are. */
export type TaskStatus<Result> =
  | Pending
  | Started
  | Retrying
  | Custom
  | Succeeded<Result>
  | Failed
  | Revoked
  | IgnoredStatus;

/** Nothing is stored: not begun, unknown, or forgotten. */
export interface Pending {
  readonly state: 'PENDING';
}

/** Running, or its process died and it will be begun again. Only tasks that write it: redelivered ones and `trackStarted`. */
export interface Started {
  readonly state: 'STARTED';
  readonly retries: number;
  readonly startedAt: Date | undefined;
}

/** An attempt failed and another one is due. */
export interface Retrying {
  readonly state: 'RETRY';
  readonly error: CeleriacError | undefined;
  readonly retries: number;
  /** Not before; absent where the retry goes on with other arguments or on another queue. */
  readonly nextAt: Date | undefined;
}

/** A state of the task's own, set by `self.updateState`. */
export interface Custom {
  readonly state: 'CUSTOM';
  /** The state's name, as `updateState` was given it; `state()` answers it. */
  readonly name: string;
  readonly meta: Json | undefined;
  readonly retries: number;
}

/** The task returned. */
export interface Succeeded<Result> extends Ended {
  readonly state: 'SUCCESS';
  readonly value: Result;
}

/** The task failed for good; its message is in the dead-letter queue. */
export interface Failed extends Ended {
  readonly state: 'FAILURE';
  readonly error: CeleriacError;
}

/** The task was revoked, or expired before it began. */
export interface Revoked extends Ended {
  readonly state: 'REVOKED';
  readonly error: CeleriacError;
}

/** The task ended by `throw new Ignore()`. */
export interface IgnoredStatus extends Ended {
  readonly state: 'IGNORED';
}

interface Ended {
  readonly retries: number;
  readonly startedAt: Date | undefined;
  readonly dateDone: Date;
}

/** How long to wait for a result. */
export interface GetOptions {
  /** Then `TimeoutError`; the task itself is not affected. @default for ever */
  readonly timeout?: Duration;
  /** Stops the waiting; `get` rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** The handle of one task. Each method reads the result backend anew. */
export interface AsyncResult<out Result> {
  /** The task's id; `app.asyncResult(id)` makes the handle again. */
  readonly id: string;

  /** Reads what is known of the task, in one request. */
  read(): Promise<TaskStatus<Result>>;

  /**
   * Waits for the task's end and gives its result; null if the task returned nothing, or was sent with `ignoreResult`.
   *
   * @throws the task's own error, `TaskRevokedError`, `TaskIgnoredError`
   * @throws {TimeoutError} the result did not come within `timeout`
   * @throws {GetInsideTaskError} it is called inside a task
   */
  get(options?: GetOptions): Promise<Result>;

  /** The state's name; a custom state answers its own. */
  state(): Promise<TaskState>;
  /** True once the task has ended, in whatever way. */
  ready(): Promise<boolean>;
  successful(): Promise<boolean>;
  failed(): Promise<boolean>;
  /** Why it failed or was revoked; while it is RETRY, why the last attempt failed. */
  error(): Promise<CeleriacError | undefined>;
  /** Failed attempts so far that were retried. */
  retries(): Promise<number>;
  dateDone(): Promise<Date | undefined>;
  /** The value of a task that has succeeded, `undefined` otherwise; never waits. */
  result(): Promise<Result | undefined>;

  /**
   * Asks for the task not to run (again). A running attempt goes on to its end; a task that has ended stays as it is.
   *
   * The state is REVOKED once a worker has met the task's message, not at once: until then it may still succeed.
   */
  revoke(): Promise<void>;

  /**
   * Takes the stored value away: the state is PENDING again.
   *
   * @throws {NotReadyError} the task has not ended
   */
  forget(): Promise<void>;
}
