import { parseArgs } from 'node:util';
import { seededChoices } from '../src/memory/choices.ts';
import { problems } from '../test/support/sim-expect.ts';
import { randomOptions, randomTasks } from '../test/support/sim-generate.ts';
import { simulate } from '../test/support/sim-run.ts';

/** Simulates random tasks under faults until the time is over: `npm run soak -- --minutes 10 [--seed 12345]`. */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
const first = Number(values.seed ?? Date.now() % 2 ** 31);
const endAt = performance.now() + Number(values.minutes) * 60_000;
console.log(`from seed ${first} on, for ${values.minutes} minutes`);

let failed = 0;
let runs = 0;
let toldAt = performance.now();
for (; performance.now() < endAt; runs++) {
  const seed = first + runs;
  const [tasks, options] = [randomTasks(seed), randomOptions(seed)];
  const result = await simulate(tasks, seededChoices(seed, { next: 0.2, fault: 0.08, maxFaults: 10 }), options);
  const found = problems(tasks, result, options);
  if (found.length > 0) {
    failed += 1;
    console.log(
      `seed ${seed}\n${found.join('\n')}\n${JSON.stringify({ tasks, options })}\n${result.world.timeline.slice(0, 80).join('\n')}`,
    );
  }
  if (performance.now() - toldAt > 10_000) {
    toldAt = performance.now();
    console.log(`${runs} runs, ${failed} failed`);
  }
}
console.log(`${runs - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
