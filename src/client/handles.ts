import type { CanvasJson } from '../canvas/canvas-json.ts';
import type { CanvasNode, GroupNode } from '../canvas/canvas-node.ts';
import type { AsyncResult } from '../canvas/handle.ts';
import { MemberSource } from '../canvas/member-source.ts';
import { COLLECT, resultTask } from '../message/next.ts';
import type { Ports } from '../ports/ports.ts';
import { asyncResult } from './async-result.ts';
import { groupOf } from './group.ts';
import { groupResult } from './group-result.ts';
import { type At, linkAt, memberAt, stepAt, stepsOf } from './steps.ts';

/** Where a canvas was sent. */
export interface SentAt {
  /** Where its result stands. */
  readonly id: string;
  /** Its inner nodes are named below it. */
  readonly path: string;
  readonly root: string;
  /** How many members the groups turned out to have that were streams, by their ids. */
  readonly sizes?: ReadonlyMap<string, number>;
}

/**
 * The handle of a canvas that was sent; a `GroupResult` if it is a group.
 *
 * Its parents, children and members are made when they are asked for.
 *
 * @param ignored  the task whose result it is was sent with `ignoreResult`
 */
export function handleOf(node: CanvasNode, at: SentAt, ports: () => Ports, ignored: boolean): AsyncResult<unknown> {
  const { id, path, root, sizes } = at;
  const whole: AsyncResult<unknown> = resultOf(
    { node, at: { id, path, bare: id === path }, before: undefined, after: undefined, links: [], ignored },
    { ports, sizes, root: root === id ? () => whole : () => asyncResult(root, ports) },
  );
  return whole;
}

/** What is the same for all handles of a canvas. */
interface Sent {
  readonly ports: () => Ports;
  readonly root: () => AsyncResult<unknown>;
  readonly sizes: ReadonlyMap<string, number> | undefined;
}

/** A node, where it stands, and what comes before and after it. */
interface Spot {
  readonly node: CanvasNode;
  readonly at: At;
  readonly before: (() => AsyncResult<unknown> | undefined) | undefined;
  readonly after: (() => readonly AsyncResult<unknown>[]) | undefined;
  /** Those of what it is the end of; its own come before them. */
  readonly links: readonly CanvasNode[];
  readonly ignored: boolean;
}

/** The handle of a node's result. */
function resultOf(spot: Spot, sent: Sent): AsyncResult<unknown> {
  const steps = stepsOf(spot.node, spot.at, COLLECTING);
  return steps ? resultOf(stepIn(spot, steps, steps.length - 1, sent), sent) : single(spot, sent);
}

/** The handle of what a node begins with. */
function firstOf(spot: Spot, sent: Sent): AsyncResult<unknown> {
  const steps = stepsOf(spot.node, spot.at, COLLECTING);
  return steps ? firstOf(stepIn(spot, steps, 0, sent), sent) : single(spot, sent);
}

function stepIn(spot: Spot, steps: readonly CanvasNode[], index: number, sent: Sent): Spot {
  const isLast = index === steps.length - 1;
  return {
    node: steps[index] as CanvasNode,
    at: stepAt(spot.at, index, steps.length),
    before: index === 0 ? spot.before : () => resultOf(stepIn(spot, steps, index - 1, sent), sent),
    after: isLast ? spot.after : () => [firstOf(stepIn(spot, steps, index + 1, sent), sent)],
    links: isLast ? linksOf(spot) : [],
    ignored: isLast && spot.ignored,
  };
}

function linksOf({ node, links }: Spot): readonly CanvasNode[] {
  return [...(node.link ?? []), ...links];
}

/** The handle of a task, or of a group with an id of its own. */
function single(spot: Spot, sent: Sent): AsyncResult<unknown> {
  const { node, at, before, after, ignored } = spot;
  const { ports, root } = sent;
  const place = { root, ...(before ? { parent: before } : {}) };
  if (node.kind === 'group') return groupAt(at.id, node, before, sent);
  const children = () => [...(after?.() ?? []), ...linksOf(spot).map((link, i) => linked(link, i, handle, sent))];
  const handle: AsyncResult<unknown> = asyncResult(at.id, ports, { ...place, children, kind: 'task', ignored });
  return handle;
}

/** The handle of what is sent with a task's result. */
function linked(node: CanvasNode, index: number, task: AsyncResult<unknown>, sent: Sent): AsyncResult<unknown> {
  return resultOf({ ...ALONE, node, at: linkAt(task.id, index), before: () => task }, sent);
}

function groupAt(id: string, node: GroupNode, before: Spot['before'], sent: Sent): AsyncResult<unknown> {
  const { ports, root, sizes } = sent;
  const place = { root, ...(before ? { parent: before } : {}) };
  const members = membersOf(node);
  const taskOf = (index: number) => members?.[index] && resultTask(members[index] as CanvasJson);
  const member = (index: number) => {
    const at = memberAt(id, index);
    const own = members?.[index];
    return own ? resultOf({ ...ALONE, node: own, at, before }, sent) : asyncResult(at.id, ports, place);
  };
  return groupResult(id, ports, { ...place, group: groupOf(id, members?.length ?? sizes?.get(id), taskOf), member });
}

/** Nothing of a stream that nobody has listed. */
function membersOf({ members }: GroupNode): readonly CanvasNode[] | undefined {
  return members instanceof MemberSource ? members.kept : members;
}

const ALONE = { after: undefined, links: [], ignored: false } as const;
const COLLECTING: CanvasNode = { kind: 'task', task: COLLECT, args: [] };
