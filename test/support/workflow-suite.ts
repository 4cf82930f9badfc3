import { afterAll, describe, expect, it } from 'vitest';
import { metBy, REQUIRED_OF_WORKFLOWS } from './workflow-coverage.ts';
import { judgeWorkflow, UNDISTURBED } from './workflow-judge.ts';

/** So many runs meet everything that is required. */
const ENOUGH = 5_000;

/** The suite of the workflows of so many seeds. `CELERIAC_WORKFLOWS` and `CELERIAC_SEED` say otherwise. */
export function simulateWorkflows(first: number, count: number): void {
  const runs = Number(process.env.CELERIAC_WORKFLOWS ?? count);
  const from = Number(process.env.CELERIAC_SEED ?? first);
  const totals = new Map<string, number>();

  describe(`workflows under faults, seeds ${from} to ${from + runs - 1}`, () => {
    it('each come to what direct evaluation says, also when they are repaired and redriven', async () => {
      for (let seed = from; seed < from + runs; seed++) {
        const judgement = await judgeWorkflow(seed);
        if (judgement.failure !== undefined) return expect.fail(judgement.failure);
        for (const [what, times] of metBy(judgement)) totals.set(what, (totals.get(what) ?? 0) + times);
      }
    });

    it('come to the same where nothing goes wrong', async () => {
      for (let seed = from; seed < from + runs / 20; seed++) {
        const { failure } = await judgeWorkflow(seed, UNDISTURBED);
        if (failure !== undefined) return expect.fail(failure);
      }
    });

    it('meet every builder, end, policy, round, row, refusal and crash point on the way', () => {
      if (runs >= ENOUGH) expect(REQUIRED_OF_WORKFLOWS.filter((what) => !totals.has(what))).toEqual([]);
    });

    afterAll(() => {
      const lines = [...totals].sort().map(([what, times]) => `${String(times).padStart(8)}  ${what}`);
      console.log(lines.join('\n'));
    });
  });
}
