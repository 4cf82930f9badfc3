import type { TaskItem } from '../../src/protocol/item.ts';
import { idOf, type SimOptions, type SimResult, type SimTask } from './sim-run.ts';
import type { Plan, Step } from './sim-tasks.ts';

const MAX_RETRIES = 2;

/**
 * What a task comes to without faults: a plain recursive evaluation that shares no code with the worker.
 *
 * @returns the final state, with the reason of a failure
 */
export function evaluate(plan: Plan, policy: string, healed: boolean, retries: number = 0): string {
  const planned = plan.steps[Math.min(retries, plan.steps.length - 1)] as Step;
  const step = healed && plan.healed ? plan.healed : planned;
  const again = (next: Plan) =>
    retries < MAX_RETRIES ? evaluate(next, policy, healed, retries + 1) : 'FAILURE exhausted';
  switch (step) {
    case 'succeed':
    case 'progress':
    case 'send-child':
      return 'SUCCESS';
    case 'fail':
    case 'retry':
    case 'retry-swallowed':
    case 'retry-on-queue':
      return again(plan);
    case 'retry-with-args':
      return again({ ...plan, steps: ['succeed'] });
    case 'fail-first-run':
    case 'fail-permanently':
      return 'FAILURE permanent';
    case 'reject':
      return 'FAILURE rejected';
    case 'ignore':
      return 'IGNORED';
    case 'hang':
      return 'FAILURE time-limit';
    case 'die':
      return 'FAILURE worker-lost';
    case 'die-once':
      return policy === 'atMostOnce' ? 'FAILURE worker-lost' : 'SUCCESS';
    case 'bad-result':
      return 'FAILURE invalid-result';
  }
}

/** Everything that is wrong with what a run left behind; an empty list if all is well. */
export function problems(
  tasks: readonly SimTask[],
  result: SimResult,
  { heal = false, healAfterSeconds = 0 }: SimOptions,
): string[] {
  const found = [...result.violations];
  const crashes = crashesOf(result);
  const healed = heal || healAfterSeconds > 0;
  const slow = [...result.world.coverage.keys()].some((what) => /: stalled$|^time passes while/.test(what));
  tasks.forEach((task, i) => {
    const item = result.items.get(idOf(i));
    const poison = tasks.some(
      (other) => other !== task && other.plan.steps.some((step) => step === 'die' || step === 'die-once'),
    );
    const allowed = allowedEnds(task, { healed, healedEarly: healAfterSeconds > 0 }, crashes, poison ? 1 : 3);
    if (slow && task.plan.steps.some((step) => step === 'progress' || step === 'send-child'))
      allowed.add('FAILURE time-limit');
    const end = endOf(item);
    if (heal && crashes === 0 && end.startsWith('FAILURE'))
      found.push(`${idOf(i)} was repaired and redriven and is ${end}`);
    if (!allowed.has(end)) found.push(`${idOf(i)} ended as ${end}, allowed is ${[...allowed].join(' or ')}`);
    if (!healed) found.push(...childProblems(task, i, result, crashes));
    found.push(...deadLetterProblems(task, i, item, result));
  });
  return found;
}

/** Where the item stands, with the reason of a failure; no item is no trace. */
export function endOf(item: TaskItem | undefined): string {
  if (!item || (item.state === 'PENDING' && item.revoked)) return 'no trace';
  return item.state === 'FAILURE' ? `FAILURE ${item.reason}` : item.state;
}

interface Healing {
  readonly healed: boolean;
  readonly healedEarly: boolean;
}

/** @param fatal  crashes from which on a task may count as lost: a poison neighbour has used up two of its three starts */
function allowedEnds(task: SimTask, { healed, healedEarly }: Healing, crashes: number, fatal: number): Set<string> {
  const { plan, policy, expiresSeconds, revokeAfterSeconds, delaySeconds = 0 } = task;
  const repaired = evaluate(plan, policy, true);
  const runs = expiresSeconds === undefined || expiresSeconds > delaySeconds;
  const ends = [
    ...(runs ? endsOfRuns(task, crashes, fatal) : []),
    ...(expiresSeconds !== undefined || revokeAfterSeconds !== undefined ? ['REVOKED'] : []),
  ];
  const mayBeRedriven = healed && ends.some((end) => end.startsWith('FAILURE'));
  const all = new Set([...ends, ...(mayBeRedriven || healedEarly ? [repaired] : [])]);
  if (policy === 'ignoring' && all.has('SUCCESS')) all.add('no trace');
  return all;
}

/** How a task may end that is run: as its plan says, or as lost where processes died under it. */
function endsOfRuns({ plan, policy }: SimTask, crashes: number, fatal: number): string[] {
  const kills = plan.steps.includes('die') || plan.steps.includes('die-once');
  const lost = policy === 'atMostOnce' ? crashes > 0 || fatal < 3 || kills : crashes >= (kills ? 1 : fatal);
  const whenRunAgain = plan.steps.includes('fail-first-run') ? ['SUCCESS'] : [];
  return [evaluate(plan, policy, false), ...whenRunAgain, ...(lost ? ['FAILURE worker-lost'] : [])];
}

/** A task that succeeded in sending a child has exactly that one, and it has ended as well as it can. */
function childProblems(task: SimTask, i: number, { items }: SimResult, crashes: number): string[] {
  const { plan, revokeAfterSeconds } = task;
  if (items.get(idOf(i))?.state !== 'SUCCESS' || !plan.steps.every((step) => step === 'send-child')) return [];
  const children = [...items.values()].filter(({ parent }) => parent === idOf(i));
  const allowed = ['SUCCESS', ...(revokeAfterSeconds ? ['REVOKED'] : []), ...(crashes > 0 ? ['FAILURE'] : [])];
  const well = children.length === 1 && allowed.includes(children[0]?.state ?? '');
  return well ? [] : [`${idOf(i)} has children ${children.map(({ state }) => state).join() || 'none'}`];
}

/** A failure has its dead letter, of the next round; what has not failed has none that would start a next round. */
function deadLetterProblems(task: SimTask, i: number, item: TaskItem | undefined, result: SimResult): string[] {
  const rounds = result.deadLetters.filter(({ message }) => message.id === idOf(i)).map(({ message }) => message.round);
  if (item?.state === 'FAILURE' && !rounds.includes(item.round + 1)) return [`${idOf(i)} failed without a dead letter`];
  const stray = item?.state !== 'FAILURE' && rounds.some((round) => round > (item?.round ?? 0));
  return stray && task.policy !== 'ignoring' ? [`${idOf(i)} is ${endOf(item)} and has a dead letter`] : [];
}

/** Processes that died in this run otherwise than by its own tasks: by an injected crash, or at the function timeout. */
function crashesOf({ world }: SimResult): number {
  const counts = [...world.coverage].filter(([what]) => /: crash-(before|after)$|^function timeout$/.test(what));
  return counts.reduce((sum, [, times]) => sum + times, 0);
}
