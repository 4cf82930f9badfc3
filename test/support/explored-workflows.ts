import { afterAll, describe, expect, it } from 'vitest';
import { scriptedChoices } from '../../src/memory/choices.ts';
import { runWorkflow } from './explored-run.ts';
import type { WorkflowScenario } from './explored-scenario.ts';
import { explore } from './explorer.ts';

/** Two unless a quick look is wanted. */
const DEVIATIONS = Number(process.env.CELERIAC_DEVIATIONS ?? 2);

/**
 * One test a workflow: every schedule with few deviations ends as the scenario says; prints how many there were.
 *
 * @param half  which of two files this is, so that two processes share the work: every other workflow
 */
export function exploreWorkflows(all: Readonly<Record<string, WorkflowScenario>>, half: 0 | 1): void {
  const scenarios = Object.fromEntries(Object.entries(all).filter((_, i) => i % 2 === half));
  let total = 0;
  describe(`every schedule with at most ${DEVIATIONS} deviations`, () => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      it(`ends as it should when ${name}`, async () => {
        const schedules = await exploreOne(scenario);
        total += schedules;
        console.log(`${String(schedules).padStart(8)} schedules: ${name}`);
      });
    }
  });
  afterAll(() => {
    const seconds = (process.cpuUsage().user / 1_000_000).toFixed(0);
    console.log(`${total} schedules of ${Object.keys(scenarios).length} workflows in ${seconds} s of CPU time`);
  });
}

async function exploreOne(scenario: WorkflowScenario): Promise<number> {
  const run = async (script: Parameters<typeof runWorkflow>[1]) => (await runWorkflow(scenario, script)).problems;
  const { schedules, failure } = await explore(run, DEVIATIONS);
  if (!failure) return schedules;
  const script = JSON.stringify([...failure.script]);
  const told = await runWorkflow(scenario, scriptedChoices(failure.script)).then(
    ({ world }) => world.timeline.join('\n'),
    String,
  );
  return expect.fail(`${failure.problems.join('\n')}\nscript ${script}\n${told}`);
}
