import { MAX_STARTS } from '../../src/base/limits.ts';
import { idOf } from './sim-client.ts';
import { type Course, course, endOf, kills } from './sim-course.ts';
import type { Death, SimResult } from './sim-run.ts';
import { type BodyRun, POLICIES, type SimOptions, type SimTask, type Step } from './sim-tasks.ts';

/** What an undisturbed run must have come to exactly: how often each attempt was begun, and how the task stands. */
interface Exact {
  /** Runs by `round/retries`. */
  readonly runs: ReadonlyMap<string, number>;
  readonly end: string;
  readonly attempt: number;
  readonly deadLetters: number;
}

/** Everything in an undisturbed run that is not exactly as it has to be. */
export function undisturbedProblems(
  tasks: readonly SimTask[],
  result: SimResult,
  options: SimOptions,
): readonly string[] {
  const exact = tasks.flatMap((task, i) => {
    const calm = tasks.every((other) => other === task || !kills(other));
    const expected = calm ? exactly(task, options, tasks.length === 1) : undefined;
    return expected ? differences(idOf(i), expected, result, task.againAfterSeconds !== undefined) : [];
  });
  const calm = tasks.every((task) => !kills(task));
  return [...exact, ...runAgain(result), ...shortOfTime(result.log.begun), ...(calm ? childrenRunAgain(result) : [])];
}

/** @param twice  sent twice: the second copy may send on what the first one has left, so that its dead letter is doubled */
function differences(id: string, exact: Exact, { log, items, deadLetters }: SimResult, twice: boolean): string[] {
  const runs = new Map<string, number>();
  for (const run of log.begun) if (run.id === id) runs.set(keyOf(run), (runs.get(keyOf(run)) ?? 0) + 1);
  const item = items.get(id);
  const buried = deadLetters.filter(({ message }) => message.id === id).length;
  const end = endOf(item);
  const asMany = buried === exact.deadLetters || (twice && buried > exact.deadLetters && exact.deadLetters > 0);
  return [
    ...(shown(runs) === shown(exact.runs) ? [] : [`${id} was begun ${shown(runs)}, must be ${shown(exact.runs)}`]),
    ...(end === exact.end ? [] : [`${id} ended as ${end}, must be ${exact.end}`]),
    ...((item?.attempt ?? 0) === exact.attempt ? [] : [`${id} has attempt ${item?.attempt}, must be ${exact.attempt}`]),
    ...(asMany ? [] : [`${id} has ${buried} dead letters, must be ${exact.deadLetters}`]),
  ];
}

function keyOf({ retries, scope }: BodyRun): string {
  return `${scope.message.round}/${retries}`;
}

function shown(runs: ReadonlyMap<string, number>): string {
  const all = [...runs].map(([key, times]) => `${key}: ${times}`).sort();
  return all.length > 0 ? all.join(', ') : 'never';
}

/** `undefined` where the times of things decide that the model does not know. */
function exactly(task: SimTask, options: SimOptions, alone: boolean): Exact | undefined {
  const { plan, policy, delaySeconds = 0, expiresSeconds, revokeAfterSeconds } = task;
  const broken = options.brokenSeconds !== undefined;
  if (options.healAfterSeconds !== undefined) return undefined;
  if (revokeAfterSeconds !== undefined && (broken || delaySeconds < revokeAfterSeconds + 10)) return undefined;
  const inTime = expiresSeconds === undefined || expiresSeconds > delaySeconds;
  if (revokeAfterSeconds !== undefined || !inTime) return NEVER_BEGUN;
  if (expiresSeconds !== undefined && (!alone || broken || policy === 'patient')) return undefined;
  const first = round(task, 0, course(plan, policy, false), isClaimed(task, broken));
  if (!options.heal || !first.end.startsWith('FAILURE')) return first;
  const { expiresSeconds: _none, ...redriven } = task;
  const second = round(redriven, 1, course(plan, policy, true), true);
  return { ...second, runs: new Map([...first.runs, ...second.runs]) };
}

const NEVER_BEGUN: Exact = { runs: new Map(), end: 'REVOKED', attempt: 0, deadLetters: 0 };

/** Is the first run claimed already? Messages that wait in hops, or come round while nothing loads, are known by then. */
function isClaimed({ policy, delaySeconds = 0, againAfterSeconds }: SimTask, broken: boolean): boolean {
  const { trackStarted, acksLate } = POLICIES[policy] ?? {};
  return trackStarted === true || acksLate === false || againAfterSeconds !== undefined || delaySeconds > 900 || broken;
}

/** From one delivery to the next one, where the process has died. */
const VISIBILITY_SECONDS = 95;
/** From the end of an attempt to the next one, where that does not depend on the attempt. */
const RETRY_SECONDS: Partial<Record<Step, number>> = { retry: 2, 'retry-swallowed': 2 };

function round(task: SimTask, number: number, { end, steps }: Course, claimedFirst: boolean): Exact {
  const runs = new Map<string, number>();
  const { expiresSeconds = Number.POSITIVE_INFINITY } = task;
  for (const { retries, atSeconds, runs: begun } of deliveriesOf(task, steps, claimedFirst)) {
    if (atSeconds >= expiresSeconds) return { runs, end: 'REVOKED', attempt: retries, deadLetters: 0 };
    const key = `${number}/${retries}`;
    if (begun) runs.set(key, (runs.get(key) ?? 0) + 1);
  }
  const untraced = isUntraced(task, number, steps, claimedFirst);
  const deadLetters = end.startsWith('FAILURE') ? 1 : 0;
  return { runs, end: untraced ? 'no trace' : end, attempt: steps.length - 1, deadLetters };
}

interface Delivered {
  readonly retries: number;
  readonly atSeconds: number;
  /** Its code runs; otherwise it only finds that the task is lost. */
  readonly runs: boolean;
}

function deliveriesOf(task: SimTask, steps: readonly Step[], claimedFirst: boolean): Delivered[] {
  const all: Delivered[] = [];
  let atSeconds = task.delaySeconds ?? 0;
  for (const [retries, step] of steps.entries()) {
    const claimed = claimedFirst || retries > 0;
    for (let left = deliveries(step, task.policy, claimed); left > 0; left--) {
      all.push({ retries, atSeconds, runs: left > 1 || !isFound(step, task.policy) });
      atSeconds += left > 1 ? VISIBILITY_SECONDS : secondsOf(task, claimed) + pauseSeconds(step, retries);
    }
  }
  return all;
}

function secondsOf({ plan: { seconds } }: SimTask, claimed: boolean): number {
  return (claimed ? seconds?.claimed : seconds?.unclaimed) ?? 0.2;
}

function pauseSeconds(step: Step, retries: number): number {
  return RETRY_SECONDS[step] ?? (step === 'fail' || step === 'send-child-and-fail' ? 2 ** retries : 1);
}

/** A plain success that nobody wants to know of, on a first delivery. */
function isUntraced({ policy }: SimTask, number: number, steps: readonly Step[], claimed: boolean): boolean {
  const plain = steps.every((step) => step === 'succeed' || step === 'send-child');
  return policy === 'ignoring' && number === 0 && !claimed && plain && steps.length === 1;
}

/** The last delivery of a task that dies finds that it is lost. */
function isFound(step: Step, policy: string): boolean {
  return step === 'die' || (step === 'die-once' && policy === 'atMostOnce');
}

/** Deliveries of one attempt. The first one of a plain task counts no start. */
function deliveries(step: Step, policy: string, claimed: boolean): number {
  const atMostOnce = policy === 'atMostOnce';
  if (step === 'die-once') return 2;
  if (step !== 'die') return 1;
  return (atMostOnce ? 1 : claimed ? MAX_STARTS : MAX_STARTS + 1) + 1;
}

/**
 * What has ended its run stays ended: it is not begun again because its process went down later, by itself or under a task that
 * was under suspicion.
 */
function runAgain({ log, deaths }: SimResult): string[] {
  const ended = log.begun.filter(({ endedAtMs }) => endedAtMs !== undefined);
  const repeated = ended.filter((run) => {
    const later = log.begun.slice(log.begun.indexOf(run) + 1);
    return later.some((other) => isSameAttempt(other, run)) && !mayBeLost(run, deaths);
  });
  return repeated.map(({ id, endedAtMs }) => `${id} had ended its run at ${endedAtMs} and was begun again`);
}

function isSameAttempt(a: BodyRun, b: BodyRun): boolean {
  return a.id === b.id && keyOf(a) === keyOf(b) && a.scope.message.generation === b.scope.message.generation;
}

/** Its process died at that same moment, or under a task that nobody could have suspected. */
function mayBeLost({ scope, endedAtMs }: BodyRun, deaths: readonly Death[]): boolean {
  const death = deaths.find(({ ports }) => ports === scope.ports);
  return death !== undefined && (death.atMs === endedAtMs || death.by === 'first-offender');
}

/** Every run has its whole time limit before it. */
function shortOfTime(runs: readonly BodyRun[]): string[] {
  const short = runs.filter(({ leftMs, scope }) => leftMs < (POLICIES[scope.message.task]?.timeLimitMs ?? 0));
  return short.map(({ id, leftMs }) => `${id} begins with ${leftMs} ms left`);
}

function childrenRunAgain({ log, sent }: SimResult): string[] {
  const ids = new Set(sent.filter(({ message }) => message.parent !== undefined).map(({ message }) => message.id));
  const counts = [...ids].map((id) => [id, log.begun.filter((run) => run.id === id).length] as const);
  return counts.filter(([, times]) => times !== 1).map(([id, times]) => `child ${id} was begun ${times} times`);
}
