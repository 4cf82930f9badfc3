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

/**
 * The handle of one task, or of what ends with it: a chain's is that of its last step, a chord's that of its body.
 *
 * Each method reads the result backend anew.
 */
export interface AsyncResult<out Result> {
  /** The task's id; `app.asyncResult(id)` makes the handle again, without what the next three tell. */
  readonly id: string;
  /** The step before; a `GroupResult` before a chord's body and before what follows a group. None where nothing came before. */
  readonly parent: AsyncResult<unknown> | undefined;
  /** The whole workflow: its result, from which the `parent`s lead back. The handle itself of a single task. */
  readonly root: AsyncResult<unknown>;
  /** What its result is sent on to: the next step, a `GroupResult` where that is a group; of a group its members. */
  readonly children: readonly AsyncResult<unknown>[];

  /** Reads what is known of the task: one request, a second one where nothing is stored of it but something may be above it. */
  read(): Promise<TaskStatus<Result>>;

  /**
   * What is stored of each member of the group that this is, or of the nearest one behind it (a chord's header), in order.
   *
   * Reads a hundred members at a time and never waits; empty if there is no group.
   */
  members(): AsyncIterable<MemberReport>;

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
   * Asks for the task, and for everything whose id begins with its own, not to run (again): of a whole workflow's handle, all of it.
   *
   * A running attempt goes on to its end; a task that has ended stays as it is.
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

/** What is stored of one member of a group; no values. */
export interface MemberReport {
  /** Its place in the group. */
  readonly index: number;
  readonly id: string;
  /** The task whose end is the member's; unknown where nothing is stored yet and the handle was made of an id. */
  readonly task: string | undefined;
  readonly state: TaskState;
  readonly retries: number;
  readonly startedAt: Date | undefined;
  readonly dateDone: Date | undefined;
}

/** How a group's list is waited for. */
export interface GroupGetOptions extends GetOptions {
  /** False: the list has the error of a failed member in its place, and all are waited for. @default true */
  readonly propagate?: boolean;
}

/**
 * The handle of a group: the list of its members' results, read of its members.
 *
 * Its states: PENDING until all members have ended; then SUCCESS, or FAILURE with the error of the first one that did not
 * succeed, by its place. `revoke` and `forget` reach every member.
 */
export interface GroupResult<out Results extends readonly unknown[]> extends AsyncResult<Results> {
  /**
   * A handle for each member, made when it is asked for.
   *
   * @throws {NotReadyError} nobody has told the handle yet how many there are: a stream that is still being sent, or a handle
   *   made of an id before its first read
   */
  readonly results: { readonly [K in keyof Results]: AsyncResult<Results[K]> };

  /**
   * Waits for the members and gives their results in order; reads counters until they have ended, then a hundred members at a time.
   *
   * @throws the error of the first member that failed, by its place, as soon as those before it have succeeded
   * @throws {TimeoutError} not all have ended within `timeout`
   * @throws {BarrierMissingError} all have ended, but a result is forgotten or past its time
   */
  get(options: GroupGetOptions & { readonly propagate: false }): Promise<{
    -readonly [K in keyof Results]: Results[K] | CeleriacError;
  }>;
  get(options?: GetOptions & { readonly propagate?: true }): Promise<Results>;

  /** True while a member has not ended. */
  waiting(): Promise<boolean>;

  /** How many members have succeeded so far; reads counters, never members. */
  completedCount(): Promise<number>;

  /** Each member's result as it comes in, whatever its place. @throws the error of a member that failed, when it comes in */
  [Symbol.asyncIterator](): AsyncIterator<Results[number]>;
}
