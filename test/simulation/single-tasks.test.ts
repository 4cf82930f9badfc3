import { afterAll, describe, expect, it } from 'vitest';
import { REQUIRED } from '../support/required-coverage.ts';
import { judgeSeed, judgeUndisturbed } from '../support/sim-judge.ts';

const RUNS = Number(process.env.CELERIAC_RUNS ?? 5_000);
const SEED = Number(process.env.CELERIAC_SEED ?? 1);
const RATES = { next: 0.15, fault: 0.06, maxFaults: 6 };

/** How often everything happened: outcomes, rows of the guard, refusals, and each fault at each call. */
const totals = new Map<string, number>();

describe(`single tasks under faults, seeds ${SEED} to ${SEED + RUNS - 1}`, () => {
  it('each end as direct evaluation says, or in the dead-letter queue', async () => {
    for (let seed = SEED; seed < SEED + RUNS; seed++) {
      const { result, failure } = await judgeSeed(seed, RATES);
      if (failure !== undefined || !result) return expect.fail(failure);
      for (const what of [...result.events, ...result.refusals]) count(what, 1);
      for (const [what, times] of result.world.coverage) count(what, times);
    }
  });

  it('are begun exactly as often as direct evaluation says where nothing goes wrong', async () => {
    for (let seed = SEED; seed < SEED + RUNS / 5; seed++) {
      const { failure } = await judgeUndisturbed(seed);
      if (failure !== undefined) return expect.fail(failure);
    }
  });

  it('meet every outcome, row, refusal and crash point on the way', () => {
    if (RUNS >= 5_000) expect(REQUIRED.filter((what) => !totals.has(what))).toEqual([]);
  });

  afterAll(() => {
    const lines = [...totals].sort().map(([what, times]) => `${String(times).padStart(8)}  ${what}`);
    console.log(lines.join('\n'));
  });
});

function count(what: string, times: number): void {
  totals.set(what, (totals.get(what) ?? 0) + times);
}
