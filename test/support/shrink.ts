import { type Choices, scriptedChoices } from '../../src/memory/choices.ts';

/** A run under given choices, and everything that is wrong with what it left behind. */
export type JudgedRun = (choices: Choices) => Promise<{ readonly problems: readonly string[]; readonly told: string }>;

/**
 * Takes deviations out of a failing script as long as it still fails, and tells what is left: the script, what is wrong, the
 * timeline.
 *
 * @param seed  that of the failing run: ids and jitter stay the same
 */
export async function shrunk(run: JudgedRun, failing: ReadonlyMap<number, number>, seed: number): Promise<string> {
  let script = failing;
  for (let shorter = true; shorter; ) {
    shorter = false;
    for (const position of [...script.keys()]) {
      const without = new Map([...script].filter(([other]) => other !== position));
      if ((await judged(run, without, seed)).problems.length === 0) continue;
      script = without;
      shorter = true;
    }
  }
  const { problems, told } = await judged(run, script, seed);
  return `${problems.join('\n')}\n${script.size} of ${failing.size} deviations: ${JSON.stringify([...script])}\n${told}`;
}

async function judged(run: JudgedRun, script: ReadonlyMap<number, number>, seed: number) {
  try {
    return await run(scriptedChoices(script, seed));
  } catch (error) {
    return { problems: ['the run does not end'], told: String(error) };
  }
}
