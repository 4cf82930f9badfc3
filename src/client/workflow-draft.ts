import { memberId } from '../base/path-ids.ts';
import { isEnd } from '../base/states.ts';
import { COLLECT } from '../message/next.ts';
import type { Ports } from '../ports/ports.ts';
import type { BarrierNode } from '../protocol/barrier-item.ts';
import { FANOUT, nodesAt } from '../protocol/tree.ts';
import { groupOf, leavesAt, placesOf, sizeOf } from './group.ts';
import { type PlanNode, type PlannedGroup, plannedMember, plannedSize } from './plan.ts';
import { type At, linkAt, memberAt, stepAt, stepsOf } from './steps.ts';
import type { MemberCounts } from './workflow-node.ts';

/** A part of a workflow before its items are read: where each task stands, and which members of a group are shown. */
export interface Draft {
  readonly plan: PlanNode;
  /** Where its result stands; of a group with an id of its own that id. */
  readonly id: string;
  readonly index?: number;
  readonly children: readonly Draft[];
  readonly counts?: MemberCounts;
  /** What is sent with a task's result. */
  readonly links: readonly Draft[];
}

/** What a draft needs to know. */
export interface Drafting {
  readonly ports: Ports;
  /** Members of a group that are shown one by one. */
  readonly shown: number;
}

/**
 * Lays a plan out by the rules of ids; reads of each group how its members stand.
 *
 * @param outer  the links of what it is the end of: its own come before them
 */
export async function draft(
  plan: PlanNode,
  at: At,
  drafting: Drafting,
  { index, outer = [] }: { readonly index?: number; readonly outer?: readonly PlanNode[] } = {},
): Promise<Draft> {
  const place = { plan, id: at.id, ...(index !== undefined ? { index } : {}) };
  if (plan.kind === 'group' && at.bare) return { ...place, links: [], ...(await draftMembers(plan, at.id, drafting)) };
  const own = [...('link' in plan ? (plan.link ?? []) : []), ...outer];
  if (plan.kind === 'group') {
    const links = await draftLinks(own, at.id, drafting);
    return { ...place, links, ...(await draftMembers(plan, stepAt(at, 0, 2).id, drafting)) };
  }
  const steps = stepsOf(plan, at, COLLECTING);
  if (!steps) return { ...place, children: [], links: await draftLinks(own, at.id, drafting) };
  const children = await Promise.all(
    steps.map((step, i) => {
      const isLast = i === steps.length - 1;
      return draft(step, stepAt(at, i, steps.length), drafting, isLast ? { outer: own } : {});
    }),
  );
  return { ...place, children, links: [] };
}

function draftLinks(links: readonly PlanNode[], id: string, drafting: Drafting): Promise<readonly Draft[]> {
  return Promise.all(links.map((link, i) => draft(link, linkAt(id, i), drafting)));
}

const COLLECTING: PlanNode = { kind: 'task', task: COLLECT };
const UNKNOWN_TASK: PlanNode = { kind: 'task', task: '' };

async function draftMembers(plan: PlannedGroup, id: string, drafting: Drafting) {
  const standing = await standingOf(id, plannedSize(plan), drafting.ports);
  const shown = await choose(standing, drafting);
  const children = await Promise.all(
    shown.map((index) => draft(plannedMember(plan, index) ?? UNKNOWN_TASK, memberAt(id, index), drafting, { index })),
  );
  return { children, counts: countsOf(standing, shown) };
}

/** How each member stands, as the barrier's leaves tell. */
interface Standing {
  readonly id: string;
  readonly size: number | undefined;
  readonly failed: ReadonlySet<number>;
  readonly succeeded: ReadonlySet<number>;
  readonly waiting: ReadonlySet<number>;
}

async function standingOf(id: string, planned: number | undefined, ports: Ports): Promise<Standing> {
  const size = await sizeOf(groupOf(id, planned), ports);
  const failed = new Set<number>();
  const succeeded = new Set<number>();
  const waiting = new Set<number>();
  for (const [leaf, node] of await readLeafNodes(id, size, ports)) {
    for (const index of placesOf(leaf, size)) {
      if (node?.failed.has(index % FANOUT)) failed.add(index);
      else if (node?.arrived.has(index % FANOUT)) succeeded.add(index);
      else if (size !== undefined) waiting.add(index);
    }
  }
  return { id, size, failed, succeeded, waiting };
}

/** Of an unknown size: up to the first hundred leaves in a row of which nothing has arrived. */
async function readLeafNodes(group: string, size: number | undefined, { barrier }: Ports) {
  const leaves = size === undefined ? Number.POSITIVE_INFINITY : nodesAt(0, size);
  const found: [number, BarrierNode | undefined][] = [];
  for (let first = 0; first < leaves; first += FANOUT) {
    const nodes = await barrier.readNodes(leavesAt({ id: group }, first, Math.min(FANOUT, leaves - first)));
    if (size === undefined && nodes.every((node) => !node)) break;
    found.push(...nodes.map((node, n): [number, BarrierNode | undefined] => [first + n, node]));
  }
  return found;
}

/** All members where there are few; otherwise those that failed, then those that run, then those that wait, then the others. */
async function choose(standing: Standing, { shown, ports }: Drafting): Promise<readonly number[]> {
  const { failed, waiting, succeeded } = standing;
  if (failed.size + waiting.size + succeeded.size <= shown) {
    return [...failed, ...waiting, ...succeeded].sort((a, b) => a - b);
  }
  const chosen = [...failed].slice(0, shown);
  if (chosen.length < shown) chosen.push(...(await runningFirst(standing, ports)).slice(0, shown - chosen.length));
  return [...chosen, ...[...succeeded].slice(0, shown - chosen.length)];
}

/** Looks at the first hundred that have not arrived. */
async function runningFirst({ id, waiting }: Standing, { backend }: Ports): Promise<readonly number[]> {
  const first = [...waiting].slice(0, FANOUT);
  if (first.length === 0) return [];
  const items = await backend.readMany(first.map((index) => memberId(id, index)));
  const runs = (index: number) => {
    const state = items.get(memberId(id, index))?.state ?? 'PENDING';
    return state !== 'PENDING' && !isEnd(state);
  };
  return [...first.filter(runs), ...first.filter((index) => !runs(index))];
}

function countsOf({ size, failed, succeeded, waiting }: Standing, shown: readonly number[]): MemberCounts {
  const shownIn = (members: ReadonlySet<number>) => shown.filter((index) => members.has(index)).length;
  return {
    size,
    arrived: failed.size + succeeded.size,
    failed: failed.size,
    rest: {
      succeeded: succeeded.size - shownIn(succeeded),
      failed: failed.size - shownIn(failed),
      waiting: waiting.size - shownIn(waiting),
    },
  };
}
