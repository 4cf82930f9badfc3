import { parseArgs } from 'node:util';
import { judgeSeed } from '../test/support/sim-judge.ts';
import { judgeWorkflow, WF_RATES } from '../test/support/workflow-judge.ts';

/**
 * Simulates random tasks, or with `--workflows` random workflows, under faults until the time is over:
 * `npm run soak -- [--workflows] --minutes 10 [--seed 12345]`.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string' },
    workflows: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed ?? Date.now() % 2 ** 31);
const endAt = performance.now() + Number(values.minutes) * 60_000;
console.log(`${values.workflows ? 'workflows' : 'tasks'} from seed ${first} on, for ${values.minutes} minutes`);

/** More of them would tell nothing new. */
const MOST_FAILURES = 10;
/** More faults than the suite has, so that a soak finds what the suite does not. */
const SOAKING = { ...WF_RATES, fault: 0.08, maxFaults: 10, maxJumps: 4 };

let failed = 0;
let runs = 0;
let toldAt = performance.now();
for (; performance.now() < endAt && failed < MOST_FAILURES; runs++) {
  const seed = first + runs;
  const { failure } = values.workflows
    ? await judgeWorkflow(seed, SOAKING)
    : await judgeSeed(seed, { next: 0.2, fault: 0.08, maxFaults: 10 });
  if (failure !== undefined) {
    failed += 1;
    console.log(failure);
  }
  if (performance.now() - toldAt > 10_000) {
    toldAt = performance.now();
    console.log(`${runs} runs, ${failed} failed`);
  }
}
console.log(`${runs - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
