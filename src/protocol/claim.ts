import { MAX_STARTS } from '../base/limits.ts';
import { isEnd } from '../base/states.ts';
import { fresh, identity } from './identity.ts';
import { failedByItself, heldByAnother, seenFromRound, type TaskItem } from './item.ts';
import type { Claim, Refusal, Written } from './write.ts';

/** Begins a delivery: sets the lease and counts the start. A claim that holds the task already holds it again. */
export function claim(item: TaskItem | undefined, write: Claim): Written {
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
