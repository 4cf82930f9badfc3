import { isEnd } from '../base/states.ts';
import { fresh, identity } from './identity.ts';
import { failedByItself, seenFromRound, type TaskItem } from './item.ts';
import type { Mark, Refusal, Written } from './write.ts';

/** Ends a stage that will never run, for what it depended on has ended. What has ended by itself stays as it is. */
export function mark(item: TaskItem | undefined, write: Mark): Written {
  const { by, state, error, cause } = write;
  const seen = item && seenFromRound(item, by.round, by.generation);
  const refused = item && seen ? markRefusal(item, seen, write) : undefined;
  if (refused) return { refused };
  const { attempt, starts } = seen ?? fresh(by);
  const revoked = seen?.revoked ? { revoked: true as const } : {}; // what it has sent may be looking for it
  const end = { state, marked: true as const, error, cause, doneAtMs: by.nowMs };
  return { item: { ...identity(by, seen), attempt, starts, ...revoked, ...end } };
}

function markRefusal(item: TaskItem, seen: TaskItem, { by }: Mark): Refusal | undefined {
  if (seen.round > by.round) return 'later-round';
  if (isEnd(seen.state)) return 'ended';
  if (failedByItself(item, by.id)) return 'own-failure';
  return seen.generation > by.generation ? 'generation' : undefined;
}
