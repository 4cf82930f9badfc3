import { type Choices, mulberry32, recorded } from '../../src/memory/choices.ts';
import { shrunk } from './shrink.ts';
import { type Judged, judge } from './workflow-check.ts';
import { randomCase, type WfCase } from './workflow-generate.ts';
import { runWorkflow, type WfResult } from './workflow-run.ts';
import { smallestCase } from './workflow-shrink.ts';
import { build } from './workflow-tasks.ts';

/** How often a run deviates from the undisturbed course, and how often at most in each of its phases. */
export interface WfRates {
  readonly next: number;
  readonly fault: number;
  readonly maxFaults: number;
  readonly maxReorderings: number;
  /** Times that time passes although something could go on at once: mostly until a function is over. */
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
export const WF_RATES: WfRates = { next: 0.15, fault: 0.05, maxFaults: 6, maxReorderings: 40, maxJumps: 2 };
/** Nothing goes wrong. */
export const UNDISTURBED: WfRates = { next: 0, fault: 0, maxFaults: 0, maxReorderings: 0, maxJumps: 0 };

/** How long a failing workflow is made smaller, and in how many ways each smaller one is disturbed. */
const SHRINKING = { budgetMs: 60_000, tries: 12 };
/** Lines of the timeline that are told. */
const TAIL = 200;

/** Runs the random workflow of a seed under faults, and says what is wrong with what it left behind. */
export async function judgeWorkflow(seed: number, rates: WfRates = WF_RATES): Promise<WfJudgement> {
  const wfCase = randomCase(seed);
  try {
    const { result, judged } = await judgedRun(wfCase, phasedChoices(seed, rates));
    if (judged.problems.length === 0) return { wfCase, result, judged };
    return { wfCase, result, judged, failure: await told(seed, wfCase, rates) };
  } catch (error) {
    return { wfCase, failure: `${String(error)}\n${await told(seed, wfCase, rates)}` };
  }
}

async function judgedRun(wfCase: WfCase, { choices, next }: Phased) {
  const result = await runWorkflow(wfCase, choices, next);
  return { result, judged: await judge(wfCase, result) };
}

/** Calls that are made so seldom that they would hardly ever fail. */
const RARE: ReadonlySet<string> = new Set([
  'close',
  'tellSize',
  'write:move',
  'write:retry',
  'readPayload',
  'putPayload',
]);

/** Choices, and what begins the next phase. */
interface Phased {
  readonly choices: Choices;
  readonly next: () => void;
}

/** Deviates by a seeded generator; each phase of a run has faults of its own. */
function phasedChoices(seed: number, rates: WfRates): Phased {
  const random = mulberry32(seed);
  const most = () => ({ fault: rates.maxFaults, next: rates.maxReorderings, jump: rates.maxJumps });
  let left = most();
  const choices = recorded(mulberry32(seed ^ 0x9e3779b9), (kind, options, _position, at) => {
    const rate = rates[kind] * (at && RARE.has(at.name) ? 6 : 1);
    if (options < 2 || random() / 2 ** 32 >= rate) return 0;
    if (--left[kind] < 0) return 0;
    const choice = 1 + (random() % (options - 1));
    // the last step lets time pass
    const jumps = kind === 'next' && choice === options - 1;
    return jumps && (random() % 4 > 0 || --left.jump < 0) ? options - 2 : choice;
  });
  return {
    choices,
    next: () => {
      left = most();
    },
  };
}

/** The smallest workflow that fails under some faults or other, with the fewest faults. */
async function told(seed: number, wfCase: WfCase, rates: WfRates): Promise<string> {
  const failing = async (smaller: WfCase): Promise<Failing | undefined> => {
    for (let i = 0; i < SHRINKING.tries; i++) {
      const choicesSeed = i === 0 ? seed : Math.imul(seed, 7_919) + i;
      const phased = phasedChoices(choicesSeed, rates);
      if (await fails(smaller, phased)) return { choicesSeed, script: phased.choices.script };
    }
    return undefined;
  };
  const by = await failing(wfCase);
  if (!by) return `seed ${seed} failed, and did not when it was run again: ${JSON.stringify(wfCase)}`;
  const smallest = await smallestCase({ wfCase, by }, failing, SHRINKING.budgetMs);
  const run = async (choices: Choices) => {
    const result = await runWorkflow(smallest.wfCase, choices);
    const { problems } = await judge(smallest.wfCase, result);
    return { problems, told: result.world.timeline.slice(-TAIL).join('\n') };
  };
  const text = await shrunk(run, smallest.by.script, smallest.by.choicesSeed);
  const shown = build(smallest.wfCase.wf).describe();
  return `seed ${seed}, faults of seed ${smallest.by.choicesSeed}:\n${shown}\n${JSON.stringify(smallest.wfCase)}\n${text}`;
}

interface Failing {
  readonly choicesSeed: number;
  readonly script: ReadonlyMap<number, number>;
}

async function fails(wfCase: WfCase, phased: Phased): Promise<boolean> {
  try {
    return (await judgedRun(wfCase, phased)).judged.problems.length > 0;
  } catch {
    return true;
  }
}
