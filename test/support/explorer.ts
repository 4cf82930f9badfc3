import { type Choices, scriptedChoices } from '../../src/memory/choices.ts';

/** A run of the system under given choices; throws or answers what is wrong. */
export type Run = (choices: Choices) => Promise<readonly string[]>;

/** What an exploration found. */
export interface Exploration {
  readonly schedules: number;
  readonly failure: { readonly script: ReadonlyMap<number, number>; readonly problems: readonly string[] } | undefined;
}

/**
 * Runs every schedule with at most `deviations` deviations from the undisturbed course, none cut short: first none, then each
 * single one, then each pair whose second comes after the first.
 */
export async function explore(run: Run, deviations: number): Promise<Exploration> {
  let schedules = 0;
  const visit = async (
    script: ReadonlyMap<number, number>,
    from: number,
    left: number,
  ): Promise<Exploration['failure']> => {
    const choices = scriptedChoices(script);
    const problems = await problemsOf(run, choices);
    schedules += 1;
    if (problems.length > 0) return { script, problems };
    if (left === 0) return undefined;
    for (let position = from; position < choices.widths.length; position++) {
      for (let choice = 1; choice < (choices.widths[position] ?? 1); choice++) {
        const failure = await visit(new Map([...script, [position, choice]]), position + 1, left - 1);
        if (failure) return failure;
      }
    }
    return undefined;
  };
  const failure = await visit(new Map(), 0, deviations);
  return { schedules, failure };
}

async function problemsOf(run: Run, choices: Choices): Promise<readonly string[]> {
  try {
    return await run(choices);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
