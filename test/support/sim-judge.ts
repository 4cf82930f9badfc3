import { type Choices, type Rates, scriptedChoices, seededChoices } from '../../src/memory/choices.ts';
import { shrunk } from './shrink.ts';
import { problems } from './sim-expect.ts';
import { randomOptions, randomTasks } from './sim-generate.ts';
import { type SimResult, simulate } from './sim-run.ts';

/** What a run left behind; and if anything is wrong with it, the smallest run that fails the same way, in words. */
export interface Judgement {
  readonly result?: SimResult;
  readonly failure?: string;
}

/** Simulates the random tasks of a seed under faults. */
export function judgeSeed(seed: number, rates: Rates): Promise<Judgement> {
  return judge(seed, seededChoices(seed, rates));
}

/** The same tasks without any fault: then everything has to be exact. */
export function judgeUndisturbed(seed: number): Promise<Judgement> {
  return judge(seed, scriptedChoices(new Map(), seed));
}

async function judge(seed: number, choices: Choices): Promise<Judgement> {
  const [tasks, options] = [randomTasks(seed), randomOptions(seed)];
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
