import { afterAll, describe, expect, it } from 'vitest';
import { metBy } from '../support/workflow-coverage.ts';
import { judgeWorkflow } from '../support/workflow-judge.ts';

const RUNS = Number(process.env.CELERIAC_WORKFLOWS ?? 10_000);
const SEED = Number(process.env.CELERIAC_SEED ?? 1);

/** How often everything happened. */
const totals = new Map<string, number>();

describe(`workflows under faults, seeds ${SEED} to ${SEED + RUNS - 1}`, () => {
  it('each come to what direct evaluation says, also when they are repaired and redriven', async () => {
    for (let seed = SEED; seed < SEED + RUNS; seed++) {
      const judgement = await judgeWorkflow(seed);
      if (judgement.failure !== undefined) return expect.fail(judgement.failure);
      for (const [what, times] of metBy(judgement)) totals.set(what, (totals.get(what) ?? 0) + times);
    }
  });

  afterAll(() => {
    const lines = [...totals].sort().map(([what, times]) => `${String(times).padStart(8)}  ${what}`);
    console.log(lines.join('\n'));
  });
});
