import type { Json } from '../base/json.ts';
import type { EndState, TaskState } from '../base/states.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { FailureReason, MovedRequest, TaskItem } from './item.ts';

/**
 * The conditional writes: each is a function from the item (or none) to the item after it, or to a refusal.
 *
 * The memory adapter runs these functions; the DynamoDB adapter gives the same answers by conditions, which the contract
 * suite proves by crossing every kind of item with every write.
 *
 * @see docs/protocol.md
 */
export type Write = Claim | End | Mark | RetryWrite | Move | Progress | Stamp | Forget;

/** Who writes, for which request of the task. */
export interface Writer {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly root: string;
  readonly parent?: string;
  readonly copy: string;
  readonly generation: number;
  readonly round: number;
  readonly redriven: boolean;
  /** The claim this delivery holds; none for the first delivery of a plain task. */
  readonly token?: string;
  readonly nowMs: number;
  /** When the item may be deleted. */
  readonly expiresAtMs: number;
}

/** Begins a delivery that may not be the only one: sets the lease and counts the start. */
export interface Claim {
  readonly kind: 'claim';
  readonly by: Writer & { readonly token: string };
  readonly leaseUntilMs: number;
  readonly atMostOnce: boolean;
}

/** Stores how a task ended. */
export interface End {
  readonly kind: 'end';
  readonly by: Writer;
  readonly state: EndState;
  /** The code did not run in this delivery (lost, expired, revoked, unknown): it yields to whoever else has the task. */
  readonly unrun: boolean;
  readonly attempt: number;
  readonly value?: Json;
  readonly error?: TaskError;
  readonly reason?: FailureReason;
  /** Of a failure: the task that brought it about, if it is not the task itself. */
  readonly cause?: string;
  /** Where the value stands if it is too large for the item. */
  readonly valueKey?: string;
  readonly startedAtMs?: number;
  /** Until when the handle shows the end, if the item itself has to be known for longer. */
  readonly resultExpiresAtMs?: number;
}

/** Ends a stage that will never run, by whoever ended what it depended on. */
export interface Mark {
  readonly kind: 'mark';
  readonly by: Writer;
  readonly state: 'FAILURE' | 'REVOKED';
  readonly error: TaskError;
  /** The task whose end ended this one. */
  readonly cause: string;
}

/** Records a failed attempt and when the next one is due. */
export interface RetryWrite {
  readonly kind: 'retry';
  readonly by: Writer;
  /** Failed attempts, this one included. */
  readonly attempt: number;
  readonly nextAtMs: number;
  readonly error: TaskError;
}

/** Records that the task goes on with another request, before that is sent. */
export interface Move {
  readonly kind: 'move';
  readonly by: Writer;
  /** Attempts, this one included. A canvas that replaces the task begins at none. */
  readonly attempt: number;
  readonly request: MovedRequest;
  readonly error?: TaskError;
}

/** Stores a custom state and its progress. */
export interface Progress {
  readonly kind: 'progress';
  readonly by: Writer;
  readonly state: TaskState;
  readonly meta?: Json;
}

/** Marks a task as revoked, so that no claim begins it (again). */
export interface Stamp {
  readonly kind: 'stamp';
  readonly by: Pick<Writer, 'id' | 'nowMs' | 'expiresAtMs'>;
}

/** Takes a stored result away. */
export interface Forget {
  readonly kind: 'forget';
  readonly by: Pick<Writer, 'id' | 'nowMs'>;
}

/** Why a write was refused; the guard's rows start from the item, this is for tests and the timeline. */
export type Refusal =
  | 'later-round'
  | 'ended'
  | 'own-failure'
  | 'generation'
  | 'owned-by-another'
  | 'held'
  | 'not-due'
  | 'begun-once'
  | 'begun-too-often'
  | 'revoked'
  | 'attempt'
  | 'not-ended';

/** What came of a write. */
export type Written = { readonly item: TaskItem } | { readonly refused: Refusal };
