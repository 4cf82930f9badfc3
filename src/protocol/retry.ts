import { isEnd } from '../base/states.ts';
import { identity } from './identity.ts';
import { heldByAnother, seenFromRound, type TaskItem } from './item.ts';
import type { Move, Refusal, RetryWrite, Writer, Written } from './write.ts';

/** Records a failed attempt and when the next one is due. */
export function retry(item: TaskItem | undefined, write: RetryWrite): Written {
  const { by } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = seen ? attemptRefusal(seen, by, write.attempt) : undefined;
  if (refused) return { refused };
  return {
    item: { ...recorded(by, seen, write.attempt), state: 'RETRY', nextAtMs: write.nextAtMs, error: write.error },
  };
}

/** Records the request with which the task goes on, and frees it for the new message's copy. */
export function move(item: TaskItem | undefined, write: Move): Written {
  const { by } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = seen ? attemptRefusal(seen, by, write.attempt) : undefined;
  if (refused) return { refused };
  const attempt = 'message' in write.request ? write.attempt : 0; // what replaces the task begins anew
  const { copy: _cleared, meta: _meta, ...kept } = recorded(by, seen, attempt);
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
