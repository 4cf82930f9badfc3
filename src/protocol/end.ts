import { isEnd } from '../base/states.ts';
import { identity } from './identity.ts';
import { failedByItself, heldByAnother, seenFromRound, type TaskItem } from './item.ts';
import type { End, Refusal, Written } from './write.ts';

/** Stores how a task ended. What has ended stays as it is. */
export function end(item: TaskItem | undefined, write: End): Written {
  const { by } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = item && seen ? endRefusal(item, seen, write) : undefined;
  if (refused) return { refused };
  const startedAtMs = write.startedAtMs ?? seen?.startedAtMs;
  return {
    item: {
      ...identity(by, seen),
      state: write.state,
      attempt: Math.max(write.attempt, seen?.attempt ?? 0),
      starts: seen?.starts ?? 0,
      ...(startedAtMs !== undefined ? { startedAtMs } : {}),
      ...comesTo(write),
      ...(seen?.revoked ? { revoked: true as const } : {}), // its children may be looking for the mark
      ...(write.resultExpiresAtMs !== undefined ? { resultExpiresAtMs: write.resultExpiresAtMs } : {}),
      doneAtMs: by.nowMs,
    },
  };
}

/** The value, or what went wrong and by whom. */
function comesTo({ by, state, value, valueKey, error, reason, cause = by.id }: End): Partial<TaskItem> {
  return {
    ...(value !== undefined ? { value } : {}),
    ...(valueKey !== undefined ? { valueKey } : {}),
    ...(error !== undefined ? { error } : {}),
    ...(reason !== undefined ? { reason } : {}),
    ...(state === 'FAILURE' ? { cause } : {}),
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
