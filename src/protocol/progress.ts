import { isEnd } from '../base/states.ts';
import { fresh, identity } from './identity.ts';
import { heldByAnother, seenFromRound, type TaskItem } from './item.ts';
import type { Progress, Refusal, Writer, Written } from './write.ts';

/** Stores a custom state of the attempt that runs. */
export function progress(item: TaskItem | undefined, write: Progress): Written {
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
