import type { WfJudgement } from './workflow-judge.ts';

/** What a judged run has met: what it was made of, how its parts ended, rows of the guard, refusals, and each fault at each call. */
export function metBy({ wfCase, result, judged }: WfJudgement): ReadonlyMap<string, number> {
  const met = new Map<string, number>();
  const count = (what: string, times: number = 1) => met.set(what, (met.get(what) ?? 0) + times);
  for (const what of new Set([...(judged?.first.met ?? []), ...(judged?.last.met ?? [])])) count(`workflow: ${what}`);
  count(`launched by a ${wfCase.client} client`);
  count(`afterwards: ${wfCase.after}`);
  if (!result) return met;
  const rounds = new Set([...result.last.items.values()].filter(({ marked }) => !marked).map(({ round }) => round));
  for (const round of rounds) count(`ended in round ${Math.min(round, 4)}`);
  if (result.waves > 1) count('redriven in several waves');
  for (const what of [...result.events, ...result.watch.refusals]) count(what);
  for (const [what, times] of result.world.coverage) count(what, times);
  return met;
}

/** What the simulation has to meet. A line that 5,000 workflows never hit is a failure. */
export const REQUIRED_OF_WORKFLOWS: readonly string[] = [];
