import type { Json } from '../../src/base/json.ts';
import { isEnd } from '../../src/base/states.ts';
import { asyncResult } from '../../src/client/async-result.ts';
import { groupResult } from '../../src/client/group-result.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import { isFull, nodesAt, topLevelOf } from '../../src/protocol/tree.ts';
import { type End, type Evaluation, evaluate, failure, noEvaluation, type Oracle } from './workflow-evaluate.ts';
import type { WfCase } from './workflow-generate.ts';
import { lastInput, type Stand, type WfResult } from './workflow-run.ts';
import type { StoredEnd } from './workflow-watch.ts';

/** Everything that is wrong with a run, and how it was evaluated. */
export interface Judged {
  readonly problems: readonly string[];
  readonly first: Evaluation;
  readonly last: Evaluation;
}

/** Compares what a run left behind with direct evaluation: before anything was redriven, and in the end. */
export async function judge(wfCase: WfCase, result: WfResult): Promise<Judged> {
  const { watch, first: stood } = result;
  if (wfCase.after === 'heal-early') return judgeLast(wfCase, result, noEvaluation());
  const first = evaluateFirst(wfCase, result);
  const found = [...watch.violations, ...standProblems(stood, first, result, 0), ...deadProblems(stood, first)];
  if (wfCase.after === 'nothing')
    return { problems: [...found, ...(await endProblems(first, result))], first, last: first };
  const { problems, last } = await judgeLast(wfCase, result, first);
  return { problems: [...new Set([...found, ...problems])], first, last };
}

/** @param first  how it stood before anything was redriven, if there was such a time */
async function judgeLast(wfCase: WfCase, result: WfResult, first: Evaluation): Promise<Judged> {
  const last = evaluateLast(wfCase, result, first);
  const found = [...result.watch.violations, ...standProblems(result.last, last, result, undefined)];
  return { problems: [...found, ...(await endProblems(last, result))], first, last };
}

function evaluateFirst(wfCase: WfCase, result: WfResult): Evaluation {
  const { items, launched } = result.first;
  const oracle: Oracle = {
    healed: false,
    lost: (id, generation) => isLost(items.get(id), generation),
    succeeded: () => undefined,
    listOf: () => undefined,
    wasBad: () => false,
    replacedIn: () => 0,
    launched: (id, n) => childrenOf(launched, id, n),
  };
  return evaluated(wfCase, result, oracle, items, 0);
}

function evaluateLast(wfCase: WfCase, result: WfResult, first: Evaluation): Evaluation {
  const { items, launched } = result.last;
  const { watch } = result;
  const bad = new Set([...watch.marks, ...watch.ends.filter(({ state }) => state !== 'SUCCESS').map(({ id }) => id)]);
  const oracle: Oracle = {
    healed: true,
    lost: (id, generation) => isLost(items.get(id), generation),
    succeeded: (id) => {
      const end = first.ends.get(id);
      return end?.state === 'SUCCESS' ? end.value : undefined;
    },
    listOf: (id) => {
      const input = lastInput(result.runs, id);
      return Array.isArray(input) ? (input as readonly Json[]) : undefined;
    },
    wasBad: (id) => bad.has(id),
    replacedIn: (id, generation) => result.watch.replacements.get(id)?.get(generation) ?? 0,
    launched: (id, n) => childrenOf(launched, id, n),
  };
  return evaluated(wfCase, result, oracle, items, Number.POSITIVE_INFINITY);
}

/** The workflow, and then every errback of every failing round that was stored, and the errbacks of those. */
function evaluated(
  { wf, given }: WfCase,
  { id, watch }: WfResult,
  oracle: Oracle,
  items: Stand['items'],
  upToRound: number,
): Evaluation {
  const into = noEvaluation();
  evaluate(wf, id, given, oracle, into);
  const called = new Set<StoredEnd>();
  const uncalled = () => failures(watch.ends, into, upToRound).filter((end) => !called.has(end));
  for (let ends = uncalled(); ends.length > 0; ends = uncalled()) {
    for (const end of ends) callErrbacks(called.add(end) && end, oracle, items, into);
  }
  return into;
}

function callErrbacks(
  { id, generation, round, name }: StoredEnd,
  oracle: Oracle,
  items: Stand['items'],
  into: Evaluation,
): void {
  for (const [i, errback] of (into.errbacks.get(`${id} ${generation}`) ?? []).entries()) {
    const errbackId = `${id}.e${round}-${i}`;
    // a round that was overtaken by the next one before its errbacks were sent calls none
    const isOvertaken = (items.get(id)?.round ?? 0) > round;
    const isKnown = [...items.keys()].some((other) => other === errbackId || other.startsWith(`${errbackId}.`));
    if (isOvertaken && !isKnown) continue;
    into.met.push('errback');
    evaluate(errback, errbackId, failure(id, name), oracle, into);
  }
}

function failures(ends: WfResult['watch']['ends'], { errbacks }: Evaluation, upToRound: number) {
  const isCalled = ({ id, generation, state, round }: StoredEnd) =>
    state === 'FAILURE' && round <= upToRound && errbacks.has(`${id} ${generation}`);
  return ends.filter(isCalled);
}

function childrenOf(launched: Stand['launched'], id: string, n: number): string[] {
  const own = launched.filter((one) => one.n === n && one.by.split(' ')[0] === id);
  return [...new Set(own.map((one) => one.id))];
}

function isLost(item: TaskItem | undefined, generation: number): boolean {
  return item?.state === 'FAILURE' && item.reason === 'worker-lost' && item.generation === generation;
}

/** What is stored against what has to be. @param round  the only one that there may be */
function standProblems(stand: Stand, expected: Evaluation, result: WfResult, round: number | undefined): string[] {
  return [
    ...expected.problems,
    ...[...expected.ends].flatMap(([id, end]) => itemProblems(id, stand.items.get(id), end, round)),
    ...strayProblems(stand, expected, result, round),
    ...[...launchedBy(stand.launched)]
      .filter(([, ids]) => ids.size > 1)
      .map(([by, ids]) => `the run ${by} has sent its workflow under ${ids.size} ids: ${[...ids].join(', ')}`),
    ...(round === 0 ? runProblems(stand, expected, result) : []),
  ];
}

/** Items that nobody can explain. */
function strayProblems(
  { items }: Stand,
  expected: Evaluation,
  { watch }: WfResult,
  round: number | undefined,
): string[] {
  const isExplained = (id: string, item: TaskItem) =>
    expected.ends.has(id) ||
    // the mark of a group that has begun in a later round: nothing is written under the id of a group then
    (item.marked === true && expected.groups.has(id) && round === undefined) ||
    [...watch.superseded].some((path) => id.startsWith(`${path}.`)) ||
    isOrphan(id, item, expected);
  const stray = [...items].filter(([id, item]) => !isExplained(id, item));
  return stray.map(([id, item]) => {
    const why = expected.unreached.has(id) ? 'it can never be reached' : 'nobody knows of it';
    return `${id} is ${item.state}, and ${why}`;
  });
}

/** Exactly those have run whose code is to run; of what was lost nobody knows. */
function runProblems({ runs }: Stand, { runs: expected, ends }: Evaluation, result: WfResult): string[] {
  const ran = new Set(result.runs.slice(0, runs).map(({ id }) => id));
  const isKnown = (id: string) => ends.has(id) && !isLostEnd(ends.get(id));
  return [
    ...[...expected].filter((id) => isKnown(id) && !ran.has(id)).map((id) => `${id} has never run`),
    ...[...ran].filter((id) => isKnown(id) && !expected.has(id)).map((id) => `${id} has run, and must not`),
  ];
}

function launchedBy(launched: Stand['launched']): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { by, id } of launched) all.set(by, (all.get(by) ?? new Set()).add(id));
  return all;
}

/** Belongs to a workflow that a task began to send in an attempt that failed. */
function isOrphan(id: string, { parent }: TaskItem, { ends }: Evaluation): boolean {
  const base = id.split('.')[0] as string;
  return parent !== undefined && ![...ends.keys()].some((known) => known === base || known.startsWith(`${base}.`));
}

function isLostEnd(end: End | undefined): boolean {
  return end !== undefined && end.state !== 'SUCCESS' && end.name === 'WorkerLostError';
}

function itemProblems(id: string, item: TaskItem | undefined, end: End, round: number | undefined): string[] {
  const is = item ? shown(item) : 'nothing';
  if (!item) return [`${id} has no item, must be ${shownEnd(end)}`];
  if (round !== undefined && item.round !== round) return [`${id} is of round ${item.round}`];
  if (end.state === 'SUCCESS') {
    const same = item.state === 'SUCCESS' && (item.valueKey !== undefined || sameJson(item.value ?? null, end.value));
    return same ? [] : [`${id} is ${is}, must be ${shownEnd(end)}`];
  }
  const { state, name, cause, by } = end;
  const named = state === 'IGNORED' ? true : item.error?.name === name;
  const marked = (item.marked === true) === (by === 'mark');
  const caused = state === 'FAILURE' || by === 'mark' ? item.cause === cause : true;
  return item.state === state && named && marked && caused ? [] : [`${id} is ${is}, must be ${shownEnd(end)}`];
}

function sameJson(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function shown({ state, value, error, cause, marked, round }: TaskItem): string {
  const what = state === 'SUCCESS' ? cut(value) : `${error?.name} by ${cause}${marked ? ', marked' : ''}`;
  return `${state} ${what} (round ${round})`;
}

function shownEnd(end: End): string {
  return end.state === 'SUCCESS' ? `SUCCESS ${cut(end.value)}` : `${end.state} ${end.name} by ${end.cause}, ${end.by}`;
}

function cut(value: Json | undefined): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 120);
}

/** Exactly the tasks that failed by their own code have dead letters, of the next round. */
function deadProblems({ dead, items }: Stand, { ends }: Evaluation): string[] {
  const failed = new Set([...ends].filter(([, end]) => end.state === 'FAILURE' && end.by === 'self').map(([id]) => id));
  const buried = new Set(dead.map(({ id }) => id));
  return [
    ...[...failed].filter((id) => !buried.has(id)).map((id) => `${id} failed without a dead letter`),
    ...[...buried].filter((id) => !failed.has(id) && ends.has(id)).map((id) => `${id} has a dead letter, and must not`),
    ...dead
      .filter(({ id, round }) => ends.has(id) && round <= (items.get(id)?.round ?? 0))
      .map(({ id, round }) => `the dead letter of ${id} has round ${round}`),
  ];
}

/** Every handle has ended, every barrier that began is full, and nothing waits anywhere. */
async function endProblems(expected: Evaluation, result: WfResult): Promise<string[]> {
  return [...barrierProblems(expected, result), ...queueProblems(result), ...(await handleProblems(expected, result))];
}

function queueProblems({ store }: WfResult): string[] {
  const waiting = [...store.queues.values()].filter(
    ({ name, messages }) => !name.endsWith('-dlq') && messages.length > 0,
  );
  return waiting.map(({ name, messages }) => `${messages.length} messages are left in ${name}`);
}

function barrierProblems({ groups }: Evaluation, { store: { barriers }, world }: WfResult): string[] {
  return [...groups].flatMap(([group, size]) => {
    const head = barriers.readHead(group, world.nowMs);
    if (!head) return [`group ${group} has no head`];
    if (head.size !== size) return [`group ${group} has size ${head.size}, must be ${size}`];
    if (size === 0) return [];
    const level = topLevelOf(size);
    const top = barriers.readNode({ group, level, node: 0 }, world.nowMs);
    const full = top !== undefined && isFull(top, level === 0 ? size : nodesAt(level - 1, size));
    return full ? [] : [`the barrier of ${group} is not full: ${[...(top?.arrived ?? [])].join(' ')}`];
  });
}

async function handleProblems({ ends, groups, unreached }: Evaluation, { ports }: WfResult): Promise<string[]> {
  const found: string[] = [];
  for (const id of [...ends.keys(), ...unreached]) {
    const state = await asyncResult(id, () => ports).state();
    const end = ends.get(id);
    const right = end ? state === end.state : state === 'FAILURE' || state === 'REVOKED';
    if (!right)
      found.push(`the handle of ${id} reads ${state}, must be ${end?.state ?? 'that of what stands above it'}`);
  }
  for (const group of groups.keys()) {
    const state = await groupResult(group, () => ports).state();
    if (!isEnd(state)) found.push(`the handle of group ${group} reads ${state}`);
  }
  return found;
}
