import { type Choices, mulberry32, recorded } from '../../src/memory/choices.ts';
import { shrunk } from './shrink.ts';
import { type Judged, judge } from './workflow-check.ts';
import { randomCase, type WfCase } from './workflow-generate.ts';
import { runWorkflow, type WfResult } from './workflow-run.ts';
import { build } from './workflow-tasks.ts';

/** How often a run deviates from the undisturbed course, and how often at most in each of its phases. */
export interface WfRates {
  readonly next: number;
  readonly fault: number;
  readonly maxFaults: number;
  readonly maxReorderings: number;
  readonly maxJumps: number;
}

/** What came of one seed. */
export interface WfJudgement {
  readonly wfCase: WfCase;
  readonly result?: WfResult;
  readonly judged?: Judged;
  /** The smallest run that fails, in words. */
  readonly failure?: string;
}

/** The usual rates. */
export const WF_RATES: WfRates = { next: 0.15, fault: 0.05, maxFaults: 6, maxReorderings: 40, maxJumps: 3 };

/** Runs the random workflow of a seed under faults, and says what is wrong with what it left behind. */
export async function judgeWorkflow(seed: number, rates: WfRates = WF_RATES): Promise<WfJudgement> {
  const wfCase = randomCase(seed);
  const phased = phasedChoices(seed, rates);
  try {
    const result = await runWorkflow(wfCase, phased.choices, phased.next);
    const judged = await judge(wfCase, result);
    if (judged.problems.length === 0) return { wfCase, result, judged };
    return { wfCase, result, judged, failure: await told(seed, wfCase, phased.choices) };
  } catch (error) {
    return { wfCase, failure: `${String(error)}\n${await told(seed, wfCase, phased.choices)}` };
  }
}

/** Deviates by a seeded generator; each phase of a run has faults of its own. */
export function phasedChoices(seed: number, rates: WfRates): { readonly choices: Choices; readonly next: () => void } {
  const random = mulberry32(seed);
  const most = () => ({ fault: rates.maxFaults, next: rates.maxReorderings, time: rates.maxJumps });
  let left = most();
  const choices = recorded(mulberry32(seed ^ 0x9e3779b9), (kind, options) => {
    if (options < 2 || random() / 2 ** 32 >= rates[kind]) return 0;
    if (--left[kind] < 0) return 0;
    const choice = 1 + (random() % (options - 1));
    // the last step lets time pass while others could go on, mostly until a function is over
    const jumps = kind === 'next' && choice === options - 1;
    if (jumps && (random() % 4 > 0 || --left.time < 0)) return options > 2 ? 1 : 0;
    return choice;
  });
  return {
    choices,
    next: () => {
      left = most();
    },
  };
}

async function told(seed: number, wfCase: WfCase, { script }: Choices): Promise<string> {
  const run = async (choices: Choices) => {
    const result = await runWorkflow(wfCase, choices);
    const { problems } = await judge(wfCase, result);
    return { problems, told: result.world.timeline.slice(-200).join('\n') };
  };
  const text = await shrunk(run, script, seed);
  return `seed ${seed}: ${text}\n${build(wfCase.wf).describe()}\n${JSON.stringify(wfCase)}`;
}
