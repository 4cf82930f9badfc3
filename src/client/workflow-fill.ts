import { isEnd } from '../base/states.ts';
import type { TaskStatus } from '../canvas/handle.ts';
import type { TaskItem } from '../protocol/item.ts';
import { ancestorsOf } from './ancestors.ts';
import { stateName, statusBelow, statusOf } from './task-status.ts';
import type { Draft } from './workflow-draft.ts';
import type { WorkflowNode } from './workflow-node.ts';

/** All that was read for a tree. */
export interface Known {
  readonly items: Map<string, TaskItem>;
  readonly replacements: Map<Draft, Replacement>;
  readonly nowMs: number;
}

/** What has replaced a task, and the task's name where that is stored. */
export interface Replacement {
  readonly draft: Draft;
  readonly replaces: string | undefined;
}

/** Puts what was read into a draft. Pure. */
export function fillIn(node: Draft, known: Known): WorkflowNode {
  const children = node.children.map((child) => fillIn(child, known));
  switch (node.plan.kind) {
    case 'chain':
    case 'chord':
      return compound(node, children);
    case 'group':
      return filledGroup(node, children, known);
    default: {
      const replacement = known.replacements.get(node);
      return replacement ? replacedTask(node, replacement, known) : filledTask(node, known);
    }
  }
}

/** Its item is that of the end of what has replaced it, which has an error and a time of its own. */
function replacedTask(node: Draft, { draft, replaces }: Replacement, known: Known): WorkflowNode {
  const { plan, id, index } = node;
  const replacement = fillIn(draft, known);
  const { state, unrun, rounds, startedAt, dateDone } = replacement;
  const task = ('task' in plan && plan.task) || replaces;
  return {
    kind: plan.kind,
    id,
    ...(task ? { task } : {}),
    ...(index !== undefined ? { index } : {}),
    ...{ state, unrun, rounds, startedAt, dateDone },
    retries: 0,
    children: [],
    links: linksIn(node, known),
    replacement,
  };
}

function filledTask(node: Draft, known: Known): WorkflowNode {
  const { plan, id, index } = node;
  const item = known.items.get(id);
  const status = statusIn(id, item, known);
  const unrun = isUnrun(item, status);
  const task = ('task' in plan && plan.task) || item?.task;
  return {
    kind: plan.kind,
    id,
    ...(task ? { task } : {}),
    ...(index !== undefined ? { index } : {}),
    state: stateName(status),
    unrun,
    retries: 'retries' in status ? status.retries : 0,
    rounds: item && !unrun && item.state !== 'PENDING' ? [item.round] : [],
    startedAt: 'startedAt' in status ? status.startedAt : undefined,
    dateDone: 'dateDone' in status ? status.dateDone : undefined,
    ...('nextAt' in status && status.nextAt ? { nextAt: status.nextAt } : {}),
    ...(!unrun && 'error' in status && status.error ? { error: textsOf(status.error) } : {}),
    children: [],
    links: linksIn(node, known),
  };
}

function linksIn({ links }: Draft, known: Known): readonly WorkflowNode[] {
  return links.map((link) => fillIn(link, known));
}

/** A task without an item reads as the nearest one above it that has ended badly. */
function statusIn(id: string, item: TaskItem | undefined, { items, nowMs }: Known): TaskStatus<unknown> {
  if (item && item.state !== 'PENDING') return statusOf(item, nowMs);
  const above = ancestorsOf(id)
    .map((each) => items.get(each))
    .find((each) => each?.state === 'FAILURE' || each?.state === 'REVOKED');
  return above ? statusBelow(above, nowMs) : { state: 'PENDING' };
}

/** A mark, or nothing at all below something that has ended badly. */
function isUnrun(item: TaskItem | undefined, status: TaskStatus<unknown>): boolean {
  return item?.marked === true || ((!item || item.state === 'PENDING') && isEnd(status.state));
}

/** A chain or a chord: its result is that of its last part. */
function compound({ plan, id, index }: Draft, children: readonly WorkflowNode[]): WorkflowNode {
  const last = children.at(-1) as WorkflowNode;
  return {
    kind: plan.kind,
    id,
    ...(index !== undefined ? { index } : {}),
    state: isEnd(last.state) || !children.some(hasBegun) ? last.state : 'STARTED',
    unrun: children.every(({ unrun }) => unrun),
    retries: 0,
    rounds: roundsOf(children),
    startedAt: children.slice(0, 1).some(hidesItsBegin) ? undefined : earliest(children),
    dateDone: last.dateDone,
    children,
    links: [],
  };
}

function filledGroup(node: Draft, children: readonly WorkflowNode[], known: Known): WorkflowNode {
  const { id, index, counts } = node;
  const item = known.items.get(id);
  const status = statusIn(id, item, known);
  const whole = children.length === counts?.size;
  const unrun = counts?.arrived === 0 && isUnrun(item, status) && !children.some(hasBegun);
  const ended = isEnd(status.state) && (unrun || hasEndItself(item) || !isKnownByMembers(node, children));
  const state = ended ? status.state : stateOfMembers(node, children);
  return {
    kind: 'group',
    id,
    ...(index !== undefined ? { index } : {}),
    state,
    unrun,
    retries: 0,
    rounds: roundsOf(children),
    startedAt: whole && !children.some(hidesItsBegin) ? earliest(children) : undefined,
    dateDone: whole && isEnd(state) ? latest(children) : undefined,
    children,
    links: linksIn(node, known),
    ...(counts ? { counts } : {}),
  };
}

/** The list of a group that stands in something larger is put together by a task. */
function hasEndItself(item: TaskItem | undefined): boolean {
  return item !== undefined && item.marked !== true && isEnd(item.state);
}

/** All members have arrived, or one runs: then what ended around the group says nothing about it (any more). */
function isKnownByMembers({ counts }: Draft, children: readonly WorkflowNode[]): boolean {
  return counts?.arrived === counts?.size || children.some((child) => hasBegun(child) && !isEnd(child.state));
}

function stateOfMembers({ counts }: Draft, children: readonly WorkflowNode[]): string {
  const { size, arrived, failed } = counts ?? { size: undefined, arrived: 0, failed: 0 };
  if (arrived === size) return failed > 0 ? 'FAILURE' : 'SUCCESS';
  return arrived > 0 || children.some(hasBegun) ? 'STARTED' : 'PENDING';
}

function hasBegun({ state, unrun }: WorkflowNode): boolean {
  return state !== 'PENDING' && !unrun;
}

/** A group of which not every member is shown does not say when the first one began. */
function hidesItsBegin(node: WorkflowNode): boolean {
  const { children, counts, replacement, startedAt } = node;
  const hasParts = children.length > 0 || replacement !== undefined || (counts !== undefined && counts.size !== 0);
  return hasParts && !startedAt && hasBegun(node);
}

function roundsOf(nodes: readonly WorkflowNode[]): readonly number[] {
  return [...new Set(nodes.flatMap(({ rounds }) => rounds))].sort((a, b) => a - b);
}

function earliest(nodes: readonly WorkflowNode[]): Date | undefined {
  return extreme(
    nodes.map(({ startedAt }) => startedAt),
    Math.min,
  );
}

function latest(nodes: readonly WorkflowNode[]): Date | undefined {
  return extreme(
    nodes.map(({ dateDone }) => dateDone),
    Math.max,
  );
}

function extreme(dates: readonly (Date | undefined)[], pick: (...times: number[]) => number): Date | undefined {
  const times = dates.flatMap((date) => (date ? [date.getTime()] : []));
  return times.length > 0 ? new Date(pick(...times)) : undefined;
}

function textsOf({ name, message }: Error): { readonly name: string; readonly message: string } {
  return { name, message };
}
