import { afterAll, describe, expect, it } from 'vitest';
import { type Choices, scriptedChoices } from '../../src/memory/choices.ts';
import { explore } from './explorer.ts';
import type { Scenario } from './scenarios.ts';
import { problems } from './sim-expect.ts';
import { simulate } from './sim-run.ts';

/** Two unless a quick look is wanted; only the whole is asked for its coverage. */
const wanted = process.env.CELERIAC_DEVIATIONS;
const DEVIATIONS = Number(wanted ?? 2);

/**
 * One test a scenario: every schedule with few deviations ends well; and one that every fault was met over all of them.
 *
 * @param required  the faults at calls that the scenarios have to meet
 */
export function exploreAll(scenarios: Readonly<Record<string, Scenario>>, required: readonly string[]): void {
  const met = new Set<string>();
  describe(`every schedule with at most ${DEVIATIONS} deviations`, () => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      it(`ends well when ${name}`, async () => {
        const schedules = await exploreOne(scenario, met);
        console.log(`${String(schedules).padStart(8)} schedules: ${name}`);
      });
    }

    it.skipIf(wanted !== undefined)('meets every fault at every call', () => {
      expect(required.filter((what) => !met.has(what))).toEqual([]);
    });
  });
  afterAll(() => console.log(`${met.size} kinds of faults at calls`));
}

async function exploreOne({ tasks, ...options }: Scenario, met: Set<string>): Promise<number> {
  const run = (choices: Choices) => simulate(tasks, choices, options);
  const { schedules, failure } = await explore(async (choices) => {
    const result = await run(choices);
    for (const what of result.world.coverage.keys()) met.add(what);
    return problems(tasks, result, options);
  }, DEVIATIONS);
  if (failure) {
    const { world } = await run(scriptedChoices(failure.script));
    const script = JSON.stringify([...failure.script]);
    expect.fail(`${failure.problems.join('\n')}\nscript ${script}\n${world.timeline.join('\n')}`);
  }
  return schedules;
}
