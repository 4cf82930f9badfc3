import { describe, expect, it } from 'vitest';
import { seededChoices } from '../../src/memory/choices.ts';
import { problems } from '../support/sim-expect.ts';
import { randomOptions, randomTasks } from '../support/sim-generate.ts';
import { simulate } from '../support/sim-run.ts';

const RUNS = Number(process.env.CELERIAC_RUNS ?? 5_000);
const SEED = Number(process.env.CELERIAC_SEED ?? 1);

describe('single tasks under faults', () => {
  it(`each end as direct evaluation says, or in the dead-letter queue, in ${RUNS} runs`, async () => {
    const totals = new Map<string, number>();
    for (let seed = SEED; seed < SEED + RUNS; seed++) {
      const tasks = randomTasks(seed);
      const options = randomOptions(seed);
      const result = await simulate(tasks, seededChoices(seed, { next: 0.15, fault: 0.06, maxFaults: 6 }), options);
      const found = problems(tasks, result, options);
      if (found.length > 0) {
        expect.fail(`seed ${seed}\n${found.join('\n')}\n${JSON.stringify(tasks)}\n${result.world.timeline.join('\n')}`);
      }
      for (const what of [...result.events, ...result.refusals]) totals.set(what, (totals.get(what) ?? 0) + 1);
    }
    console.log(
      [...totals]
        .sort()
        .map(([what, times]) => `${String(times).padStart(8)}  ${what}`)
        .join('\n'),
    );
  });
});
