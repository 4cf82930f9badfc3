import type { BarrierNode, NodeAt } from './barrier-item.ts';
import { childrenOf, FANOUT, nodesAt, topLevelOf } from './tree.ts';

/** Reads nodes, in the order asked for; `undefined` where nothing has arrived yet. */
export type ReadNodes = (at: readonly NodeAt[]) => Promise<readonly (BarrierNode | undefined)[]>;

/** A group to be counted; without a size while it is still being sent. */
export interface Counted {
  readonly group: string;
  readonly size?: number | undefined;
}

/**
 * Counts the members that have arrived, from the top down: below a child that has arrived nothing is read.
 *
 * Of a group without a size the nodes are read as far as there are any: up to the first ten thousand members in a row of whom
 * none has arrived.
 */
export async function countArrived(read: ReadNodes, { group, size }: Counted): Promise<number> {
  if (size === 0) return 0;
  if (size !== undefined) return (await countBelow(read, { group, level: topLevelOf(size), node: 0 }, size)).arrived;
  let arrived = 0;
  for (let node = 0; ; node++) {
    const part = await countBelow(read, { group, level: 1, node });
    if (!part.exists) return arrived;
    arrived += part.arrived;
  }
}

/**
 * Counts the members whose last arrival was no success. Reads every leaf.
 *
 * Of a group without a size, as far as there are leaves: up to the first ten thousand members in a row of whom none has
 * arrived.
 */
export async function countFailed(read: ReadNodes, { group, size }: Counted): Promise<number> {
  const leaves = size === undefined ? Number.POSITIVE_INFINITY : nodesAt(0, size);
  let failed = 0;
  for (let first = 0; first < leaves; first += FANOUT) {
    const at = Array.from({ length: Math.min(FANOUT, leaves - first) }, (_, n) => leafAt(group, first + n));
    const nodes = await read(at);
    if (size === undefined && nodes.every((node) => node === undefined)) break;
    for (const [n, node] of nodes.entries()) failed += countOf(node?.failed, widthOf(at[n] as NodeAt, size));
  }
  return failed;
}

/** Counts below one node, level by level; `exists` if there is any node at all. */
async function countBelow(read: ReadNodes, top: NodeAt, size?: number): Promise<{ arrived: number; exists: boolean }> {
  let arrived = 0;
  let exists = false;
  for (let level: readonly NodeAt[] = [top]; level.length > 0; ) {
    const nodes = await read(level);
    const below: NodeAt[] = [];
    for (const [n, at] of level.entries()) {
      exists ||= nodes[n] !== undefined;
      const { full, missing } = childrenIn(nodes[n], at, size);
      arrived += full;
      below.push(...missing);
    }
    level = below;
  }
  return { arrived, exists };
}

/** Members below children that have arrived, and the children that have not: those are nodes to be read themselves. */
function childrenIn(node: BarrierNode | undefined, at: NodeAt, size: number | undefined) {
  const width = widthOf(at, size);
  if (at.level === 0) return { full: countOf(node?.arrived, width), missing: [] };
  const missing: NodeAt[] = [];
  let full = 0;
  for (let child = 0; child < width; child++) {
    const below = { group: at.group, level: at.level - 1, node: at.node * FANOUT + child };
    if (node?.arrived.has(child)) full += membersBelow(below, size);
    else missing.push(below);
  }
  return { full, missing };
}

/** Members below a node, all of them. */
function membersBelow({ level, node }: NodeAt, size: number | undefined): number {
  const whole = FANOUT ** (level + 1);
  return size === undefined ? whole : Math.min(whole, size - node * whole);
}

function widthOf(at: NodeAt, size: number | undefined): number {
  return size === undefined ? FANOUT : childrenOf(at, size);
}

function countOf(children: ReadonlySet<number> | undefined, width: number): number {
  let count = 0;
  for (const child of children ?? []) if (child < width) count += 1;
  return count;
}

function leafAt(group: string, node: number): NodeAt {
  return { group, level: 0, node };
}
