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
  readonly replacements: Map<Draft, Draft>;
  readonly nowMs: number;
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
    default:
      return filledTask(node, known);
  }
}

function filledTask(node: Draft, known: Known): WorkflowNode {
  const { plan, id, index } = node;
  const item = known.items.get(id);
  const status = statusIn(id, item, known);
  const unrun = isUnrun(item, status);
  const task = ('task' in plan && plan.task) || item?.task;
  const replacement = known.replacements.get(node);
  return {
    kind: plan.kind,
    id,
    ...(task ? { task } : {}),
    ...(index !== undefined ? { index } : {}),
    state: stateName(status),
    unrun,
    retries: 'retries' in status ? status.retries : 0,
    startedAt: 'startedAt' in status ? status.startedAt : undefined,
    dateDone: 'dateDone' in status ? status.dateDone : undefined,
    ...('nextAt' in status && status.nextAt ? { nextAt: status.nextAt } : {}),
    ...(!unrun && 'error' in status && status.error ? { error: textsOf(status.error) } : {}),
    children: [],
    links: linksIn(node, known),
    ...(replacement ? { replacement: fillIn(replacement, known) } : {}),
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
    startedAt: earliest(children),
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
  const state = isEnd(status.state) ? status.state : stateOfMembers(node, children);
  return {
    kind: 'group',
    id,
    ...(index !== undefined ? { index } : {}),
    state,
    unrun: counts?.arrived === 0 && isUnrun(item, status) && !children.some(hasBegun),
    retries: 0,
    startedAt: whole ? earliest(children) : undefined,
    dateDone: whole && isEnd(state) ? latest(children) : undefined,
    children,
    links: linksIn(node, known),
    ...(counts ? { counts } : {}),
  };
}

function stateOfMembers({ counts }: Draft, children: readonly WorkflowNode[]): string {
  const { size, arrived, failed } = counts ?? { size: undefined, arrived: 0, failed: 0 };
  if (arrived === size) return failed > 0 ? 'FAILURE' : 'SUCCESS';
  return arrived > 0 || children.some(hasBegun) ? 'STARTED' : 'PENDING';
}

function hasBegun({ state, unrun }: WorkflowNode): boolean {
  return state !== 'PENDING' && !unrun;
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
