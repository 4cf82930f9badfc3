import type { TaskItem } from '../../src/protocol/item.ts';
import { idOf } from './sim-client.ts';
import { course, endOf, kills } from './sim-course.ts';
import { undisturbedProblems } from './sim-exact.ts';
import type { SimResult } from './sim-run.ts';
import type { BodyRun, SimOptions, SimTask } from './sim-tasks.ts';

/** Everything that is wrong with what a run left behind; an empty list if all is well. */
export function problems(tasks: readonly SimTask[], result: SimResult, options: SimOptions): string[] {
  const { heal = false, healAfterSeconds = 0 } = options;
  const found = [...result.violations, ...revokedProblems(result), ...childProblems(result)];
  const crashes = crashesOf(result);
  const healed = heal || healAfterSeconds > 0;
  const slow = [...result.world.coverage.keys()].some((what) => /: stalled$|^time passes while/.test(what));
  tasks.forEach((task, i) => {
    const item = result.items.get(idOf(i));
    const poison = tasks.some((other) => other !== task && kills(other));
    const fatal = poison ? 1 : 3;
    const allowed = allowedEnds(task, { healed, healedEarly: healAfterSeconds > 0 }, crashes, fatal);
    if (slow && task.plan.steps.some((step) => step === 'progress' || step.startsWith('send-child'))) {
      allowed.add('FAILURE time-limit');
      if (healed) allowed.add(course(task.plan, task.policy, true).end);
    }
    const end = endOf(item);
    if (heal && crashes === 0 && end.startsWith('FAILURE'))
      found.push(`${idOf(i)} was repaired and redriven and is ${end}`);
    if (!allowed.has(end)) found.push(`${idOf(i)} ended as ${end}, allowed is ${[...allowed].join(' or ')}`);
    if (!healed) found.push(...childEndProblems(task, i, result, crashes));
    found.push(...deadLetterProblems(task, i, item, result));
  });
  const undisturbed = result.world.choices.script.size === 0;
  return undisturbed ? [...found, ...undisturbedProblems(tasks, result, options)] : found;
}

interface Healing {
  readonly healed: boolean;
  readonly healedEarly: boolean;
}

/** @param fatal  crashes from which on a task may count as lost: a poison neighbour has used up two of its three starts */
function allowedEnds(task: SimTask, { healed, healedEarly }: Healing, crashes: number, fatal: number): Set<string> {
  const { plan, policy, expiresSeconds, revokeAfterSeconds, delaySeconds = 0 } = task;
  const repaired = course(plan, policy, true).end;
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
function endsOfRuns(task: SimTask, crashes: number, fatal: number): string[] {
  const { plan, policy } = task;
  const lost = policy === 'atMostOnce' ? crashes > 0 || fatal < 3 || kills(task) : crashes >= (kills(task) ? 1 : fatal);
  const whenRunAgain = plan.steps.includes('fail-first-run') ? ['SUCCESS'] : [];
  return [course(plan, policy, false).end, ...whenRunAgain, ...(lost ? ['FAILURE worker-lost'] : [])];
}

/** How far at least workers look back for revocations beyond their last look. */
const LOOK_BACK_MS = 50_000;
const LOOK_EVERY_MS = 5_000;

/** Nothing begins that was revoked, itself or its root, some seconds before the function was called, unless it was redriven. */
function revokedProblems({ revoked, log, invokedAtMs }: SimResult): string[] {
  const late = log.begun.filter((run) =>
    revoked.some(
      ({ id, atMs, doneAtMs }) =>
        (run.id === id || run.scope.message.root === id) &&
        !run.scope.message.redriven &&
        doneAtMs - atMs < LOOK_BACK_MS &&
        (invokedAtMs.get(run) ?? 0) >= doneAtMs + LOOK_EVERY_MS,
    ),
  );
  return late.map(({ id }) => `${id} begins although it was revoked before`);
}

/** Every child says `again` but for those that the first delivery of its parent has sent. */
function childProblems({ sent, log }: SimResult): string[] {
  const first = new Map<string, Set<string>>();
  for (const { message, queue } of sent) {
    if (message.parent === undefined || message.again || queue.endsWith('-dlq')) continue;
    first.set(message.id, (first.get(message.id) ?? new Set()).add(message.copy));
  }
  return [...first].flatMap(([id, copies]) => {
    const parent = sent.find(({ message }) => message.id === id)?.message.parent;
    const firsts = log.begun.filter((run) => run.id === parent && !run.scope.again);
    return copies.size > attemptsOf(firsts, false)
      ? [`${id} is sent ${copies.size} times as if for the first time`]
      : [];
  });
}

/** A task whose attempts have sent children has one for each, and each has ended as well as it can. */
function childEndProblems({ revokeAfterSeconds }: SimTask, i: number, result: SimResult, crashes: number): string[] {
  const { items, log } = result;
  if ([...result.world.coverage].some(([what, times]) => /^send: failed/.test(what) && times > 2)) return [];
  const senders = log.begun.filter(({ id, step }) => id === idOf(i) && step.startsWith('send-child'));
  const children = [...items.values()].filter(({ parent }) => parent === idOf(i));
  const allowed = ['SUCCESS', ...(revokeAfterSeconds ? ['REVOKED'] : []), ...(crashes > 0 ? ['FAILURE'] : [])];
  const ended = senders.filter(({ endedAtMs }) => endedAtMs !== undefined);
  const settled = !/worker-lost|time-limit|REVOKED/.test(endOf(items.get(idOf(i))));
  const well =
    children.length <= attemptsOf(senders, true) &&
    (!settled || children.length >= attemptsOf(ended, true)) &&
    children.every(({ state }) => allowed.includes(state));
  return well ? [] : [`${idOf(i)} has children ${children.map(({ state }) => state).join() || 'none'}`];
}

/** Runs, or attempts: the runs of one attempt send the same children. */
function attemptsOf(runs: readonly BodyRun[], once: boolean): number {
  if (!once) return runs.length;
  const keys = runs.map(({ retries, scope: { message } }) => `${message.round} ${message.generation} ${retries}`);
  return new Set(keys).size;
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
