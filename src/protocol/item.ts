import type { Json } from '../base/json.ts';
import { isEnd, type TaskState } from '../base/states.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import type { Message } from '../message/message.ts';

/**
 * What the table holds of a task. Written only by the functions in `writes.ts`.
 *
 * @see docs/protocol.md
 */
export interface TaskItem {
  readonly task: string;
  readonly queue: string;
  readonly root: string;
  readonly parent?: string;
  readonly state: TaskState;
  /** Failed attempts on record: the retries that lie behind it. */
  readonly attempt: number;
  /** When a task in RETRY is due. */
  readonly nextAtMs?: number;
  /** Who owns the task: the first copy that wrote. Nobody: free to be owned. */
  readonly copy?: string;
  /** A running claim. */
  readonly lease?: Lease;
  /** Claims since the last recorded outcome. */
  readonly starts: number;
  readonly generation: number;
  readonly round: number;
  /** The task whose failure ended this one; itself, if its own code failed. */
  readonly cause?: string;
  /** The new request of a MOVED task. */
  readonly request?: MovedRequest;
  /** Somebody asked for it not to run (again). */
  readonly revoked?: true;
  /** `forget()` took its value away; the rest stays, so that a late duplicate is still known. */
  readonly forgotten?: true;
  /** It never ran: what it depended on ended, and said so here. Nothing follows from such an end. */
  readonly marked?: true;
  readonly value?: Json;
  /** Where the value stands if it is too large for the item. */
  readonly valueKey?: string;
  readonly error?: TaskError;
  /** Why it failed. */
  readonly reason?: FailureReason;
  /** Progress, as `self.updateState` gave it. */
  readonly meta?: Json;
  readonly startedAtMs?: number;
  readonly doneAtMs?: number;
  /** Past this its handle reads PENDING; absent if that is as long as the item lives. */
  readonly resultExpiresAtMs?: number;
  /** Past this the item counts as absent; DynamoDB deletes it some time later. */
  readonly expiresAtMs: number;
}

/** Who runs the task now, and until when no other may. */
export interface Lease {
  readonly token: string;
  /** The deadline of the function that holds it, plus a margin. */
  readonly untilMs: number;
}

/** What continues a MOVED task: one message and the queue it goes to, or the canvas that replaces it. */
export type MovedRequest =
  | { readonly queue: string; readonly message: Message }
  | { readonly canvas: CanvasJson }
  /** Too large for the item: where its text stands. */
  | { readonly canvasKey: string };

/** Why a task failed for good, as its dead letter says it. */
export type DeadLetterReason =
  | 'exhausted'
  | 'permanent'
  | 'rejected'
  | 'time-limit'
  | 'worker-lost'
  | 'unknown-task'
  | 'newer-version'
  | 'invalid-arguments'
  | 'invalid-result'
  | 'hop-limit'
  | 'unreadable';

/** Why a task failed: as its dead letter says it, or for its header, whose members have dead letters of their own. */
export type FailureReason = DeadLetterReason | 'chord';

/** Returns the item unless its time has passed: a store may keep it for days after. */
export function present(item: TaskItem | undefined, nowMs: number): TaskItem | undefined {
  return item && item.expiresAtMs > nowMs ? item : undefined;
}

/** Tells whether somebody other than `token` holds the task at `nowMs`. */
export function heldByAnother(item: TaskItem, token: string | undefined, nowMs: number): boolean {
  return item.lease !== undefined && item.lease.token !== token && item.lease.untilMs > nowMs;
}

/**
 * The item as a message of `round` sees it.
 *
 * A higher round takes an item that is not SUCCESS as free and unowned, ended or not; only a running claim still counts. A
 * task in RETRY keeps its attempts and due time; one that had ended starts at zero.
 */
export function seenFromRound(item: TaskItem, round: number, generation: number): TaskItem {
  if (item.round >= round || item.state === 'SUCCESS') return item;
  const { copy: _copy, cause: _cause, request: _request, ...rest } = item;
  const opened = { ...rest, round, generation, starts: 0 };
  return item.state === 'RETRY' ? opened : unended(opened, isEnd(item.state));
}

function unended(opened: TaskItem, hadEnded: boolean): TaskItem {
  const { nextAtMs: _next, value: _value, error: _error, reason: _reason, ...ofEnd } = opened;
  const { doneAtMs: _done, resultExpiresAtMs: _shown, marked: _marked, valueKey: _key, ...kept } = ofEnd;
  if (!hadEnded) return { ...kept, state: 'PENDING' };
  const { forgotten: _forgotten, revoked: _revoked, meta: _meta, startedAtMs: _started, ...free } = kept;
  return { ...free, state: 'PENDING', attempt: 0 };
}

/** Tells whether the task's own code ended it: only its own dead letter may start it again. */
export function failedByItself(item: TaskItem, id: string): boolean {
  return isEnd(item.state) && item.state === 'FAILURE' && item.cause === id;
}
