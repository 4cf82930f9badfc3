import { type Choices, type Rates, seededChoices } from '../../src/memory/choices.ts';
import { shrunk } from './shrink.ts';
import { problems } from './sim-expect.ts';
import { randomOptions, randomTasks } from './sim-generate.ts';
import { type SimResult, simulate } from './sim-run.ts';

/**
 * Simulates the random tasks of a seed.
 *
 * @returns what the run left behind; and if anything is wrong with it, the smallest run that fails the same way, in words
 */
export async function judgeSeed(
  seed: number,
  rates: Rates,
): Promise<{ readonly result?: SimResult; readonly failure?: string }> {
  const [tasks, options] = [randomTasks(seed), randomOptions(seed)];
  const choices = seededChoices(seed, rates);
  const run = async (by: Choices) => {
    const result = await simulate(tasks, by, options);
    return { result, problems: problems(tasks, result, options), told: result.world.timeline.join('\n') };
  };
  const fail = async () =>
    `seed ${seed}: ${JSON.stringify({ tasks, options })}\n${await shrunk(run, choices.script, seed)}`;
  try {
    const { result, problems: found } = await run(choices);
    return found.length > 0 ? { result, failure: await fail() } : { result };
  } catch {
    return { failure: await fail() };
  }
}
