import { describe, expect, it } from 'vitest';
import { type Choices, scriptedChoices } from '../../src/memory/choices.ts';
import { explore } from '../support/explorer.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { problems } from '../support/sim-expect.ts';
import { simulate } from '../support/sim-run.ts';

const DEVIATIONS = Number(process.env.CELERIAC_DEVIATIONS ?? 2);

describe(`every schedule with at most ${DEVIATIONS} deviations`, () => {
  for (const [name, { tasks, ...options }] of Object.entries(SCENARIOS)) {
    it(`ends well when ${name}`, async () => {
      const run = (choices: Choices) => simulate(tasks, choices, options);
      const { schedules, failure } = await explore(
        async (choices) => problems(tasks, await run(choices), options),
        DEVIATIONS,
      );
      if (failure) {
        const { world } = await run(scriptedChoices(failure.script));
        expect.fail(
          `${failure.problems.join('\n')}\nscript ${JSON.stringify([...failure.script])}\n${world.timeline.join('\n')}`,
        );
      }
      console.log(`${String(schedules).padStart(8)} schedules: ${name}`);
    });
  }
});
