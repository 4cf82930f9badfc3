import type { Json } from '../base/json.ts';
import { MAX_STARTS } from '../base/limits.ts';
import { type EndState, isEnd, type TaskState } from '../base/states.ts';
import type { TaskError } from '../base/stored-error.ts';
import {
  type DeadLetterReason,
  failedByItself,
  heldByAnother,
  type MovedRequest,
  present,
  seenFromRound,
  type TaskItem,
} from './item.ts';

/**
 * The conditional writes: each is a function from the item (or none) to the item after it, or to a refusal.
 *
 * The memory adapter runs these functions; the DynamoDB adapter gives the same answers by conditions, which the contract
 * suite proves by crossing every kind of item with every write.
 *
 * @see docs/protocol.md
 */
export type Write = Claim | End | RetryWrite | Move | Progress | Stamp | Forget;

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
  readonly reason?: DeadLetterReason;
  readonly startedAtMs?: number;
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

/** Runs one write on what is stored; an item past its time counts as none. */
export function applyWrite(stored: TaskItem | undefined, write: Write): Written {
  const item = present(stored, write.by.nowMs);
  switch (write.kind) {
    case 'claim':
      return claim(item, write);
    case 'end':
      return end(item, write);
    case 'retry':
      return retry(item, write);
    case 'move':
      return move(item, write);
    case 'progress':
      return progress(item, write);
    case 'stamp':
      return stamp(item, write);
    case 'forget':
      return forget(item);
  }
}

function claim(item: TaskItem | undefined, write: Claim): Written {
  const { by } = write;
  if (item && item.lease?.token === by.token) return { item };
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = item && seen ? claimRefusal(item, seen, write) : undefined;
  if (refused) return { refused };
  const { nextAtMs: _next, request: _request, ...before } = seen ?? fresh(by);
  return {
    item: {
      ...before,
      ...identity(by, seen),
      state: 'STARTED',
      lease: { token: by.token, untilMs: write.leaseUntilMs },
      starts: before.starts + 1,
      startedAtMs: by.nowMs,
    },
  };
}

function claimRefusal(item: TaskItem, seen: TaskItem, write: Claim): Refusal | undefined {
  const { by } = write;
  if (seen.round > by.round) return 'later-round';
  if (isEnd(seen.state)) return 'ended';
  if (failedByItself(item, by.id) && !by.redriven) return 'own-failure';
  if (seen.generation !== by.generation) return 'generation';
  if (seen.copy !== undefined && seen.copy !== by.copy) return 'owned-by-another';
  if (heldByAnother(seen, by.token, by.nowMs)) return 'held';
  if (seen.revoked) return 'revoked';
  if (seen.state === 'RETRY' && (seen.nextAtMs ?? 0) > by.nowMs) return 'not-due';
  if (write.atMostOnce && seen.starts > 0) return 'begun-once';
  if (seen.starts >= MAX_STARTS) return 'begun-too-often';
  return undefined;
}

function end(item: TaskItem | undefined, write: End): Written {
  const { by } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = item && seen ? endRefusal(item, seen, write) : undefined;
  if (refused) return { refused };
  const startedAtMs = write.startedAtMs ?? seen?.startedAtMs;
  const ownFailure = write.state === 'FAILURE' ? { cause: by.id } : {};
  return {
    item: {
      ...identity(by, seen),
      state: write.state,
      attempt: Math.max(write.attempt, seen?.attempt ?? 0),
      starts: seen?.starts ?? 0,
      ...(startedAtMs !== undefined ? { startedAtMs } : {}),
      ...(write.value !== undefined ? { value: write.value } : {}),
      ...(write.error !== undefined ? { error: write.error } : {}),
      ...(write.reason !== undefined ? { reason: write.reason } : {}),
      ...ownFailure,
      doneAtMs: by.nowMs,
    },
  };
}

function endRefusal(item: TaskItem, seen: TaskItem, { by, unrun }: End): Refusal | undefined {
  if (seen.round > by.round) return 'later-round';
  if (isEnd(seen.state)) return 'ended';
  if (failedByItself(item, by.id) && !by.redriven) return 'own-failure';
  if (seen.generation > by.generation) return 'generation';
  if ((unrun || by.token !== undefined) && heldByAnother(seen, by.token, by.nowMs)) return 'held';
  if (unrun && seen.copy !== undefined && seen.copy !== by.copy) return 'owned-by-another';
  return undefined;
}

function retry(item: TaskItem | undefined, write: RetryWrite): Written {
  const { by } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = seen ? attemptRefusal(seen, by, write.attempt) : undefined;
  if (refused) return { refused };
  return {
    item: { ...recorded(by, seen, write.attempt), state: 'RETRY', nextAtMs: write.nextAtMs, error: write.error },
  };
}

function move(item: TaskItem | undefined, write: Move): Written {
  const { by } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = seen ? attemptRefusal(seen, by, write.attempt) : undefined;
  if (refused) return { refused };
  const { copy: _cleared, ...kept } = recorded(by, seen, write.attempt);
  return {
    item: {
      ...kept,
      state: 'MOVED',
      generation: by.generation + 1,
      request: write.request,
      ...(write.error !== undefined ? { error: write.error } : {}),
    },
  };
}

/** RETRY and MOVED: refused to all but the one delivery that has the task. */
function attemptRefusal(seen: TaskItem, by: Writer, attempt: number): Refusal | undefined {
  if (seen.round > by.round) return 'later-round';
  if (isEnd(seen.state)) return 'ended';
  if (seen.generation !== by.generation) return 'generation';
  if (seen.copy !== undefined && seen.copy !== by.copy) return 'owned-by-another';
  if (by.token !== undefined ? seen.lease?.token !== by.token : heldByAnother(seen, undefined, by.nowMs)) return 'held';
  if (seen.attempt >= attempt) return 'attempt';
  return undefined;
}

function progress(item: TaskItem | undefined, write: Progress): Written {
  const { by } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = seen ? progressRefusal(seen, by) : undefined;
  if (refused) return { refused };
  const { meta: _before, ...rest } = seen ?? fresh(by);
  return {
    item: {
      ...rest,
      ...identity(by, seen),
      state: write.state,
      ...(write.meta !== undefined ? { meta: write.meta } : {}),
    },
  };
}

function progressRefusal(seen: TaskItem, by: Writer): Refusal | undefined {
  if (seen.round > by.round) return 'later-round';
  if (isEnd(seen.state)) return 'ended';
  if (seen.generation !== by.generation) return 'generation';
  if (seen.copy !== undefined && seen.copy !== by.copy) return 'owned-by-another';
  if (by.token !== undefined ? seen.lease?.token !== by.token : heldByAnother(seen, undefined, by.nowMs)) return 'held';
  if (seen.state === 'RETRY') return 'attempt';
  return undefined;
}

function stamp(item: TaskItem | undefined, { by }: Stamp): Written {
  if (!item) {
    const unknown = { task: '', queue: '', root: by.id, expiresAtMs: by.expiresAtMs };
    return { item: { ...unknown, state: 'PENDING', attempt: 0, starts: 0, generation: 0, round: 0, revoked: true } };
  }
  return isEnd(item.state) ? { refused: 'ended' } : { item: { ...item, revoked: true } };
}

function forget(item: TaskItem | undefined): Written {
  if (!item || !isEnd(item.state)) return { refused: 'not-ended' };
  const { value: _value, meta: _meta, ...rest } = item;
  return { item: { ...rest, forgotten: true } };
}

/** A failed attempt on record: nobody holds the task, and its starts count from zero. */
function recorded(by: Writer, seen: TaskItem | undefined, attempt: number): Omit<TaskItem, 'state'> {
  return {
    ...identity(by, seen),
    attempt,
    starts: 0,
    ...(seen?.startedAtMs !== undefined ? { startedAtMs: seen.startedAtMs } : {}),
    ...(seen?.meta !== undefined ? { meta: seen.meta } : {}),
    ...(seen?.revoked ? { revoked: true } : {}),
  };
}

/** What every write states: which task, which request of it, and the first copy that wrote as its owner. */
function identity(by: Writer, seen: TaskItem | undefined) {
  return {
    task: by.task,
    queue: by.queue,
    root: by.root,
    ...(by.parent !== undefined ? { parent: by.parent } : {}),
    copy: seen?.copy ?? by.copy,
    generation: by.generation,
    round: by.round,
    expiresAtMs: by.expiresAtMs,
  };
}

function fresh(by: Writer): TaskItem {
  return { ...identity(by, undefined), state: 'PENDING', attempt: 0, starts: 0 };
}
