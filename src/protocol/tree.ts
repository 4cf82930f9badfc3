import type { BarrierNode, NodeAt } from './barrier-item.ts';

/**
 * Children of one node, and members of one leaf: few enough that a node's item stays under 1 KB, one write unit, and that no
 * item sees more than a hundred updates.
 *
 * @see docs/protocol.md
 */
export const FANOUT = 100;

/** What an arrival at a node means for whoever made it. */
export type Climb =
  /** Others are still to come, or one of them has seen it full. */
  | { readonly kind: 'stop' }
  /** The node is full: it arrives as `child` at `to`, and `climb` is asked again there, with this `size`. */
  | { readonly kind: 'climb'; readonly to: NodeAt; readonly child: number; readonly size: number | undefined }
  /** All members have arrived. */
  | { readonly kind: 'complete'; readonly size: number };

/** The leaf of a member, and which of the leaf's children it is. */
export function leafOf(index: number): { readonly leaf: number; readonly child: number } {
  return { leaf: Math.floor(index / FANOUT), child: index % FANOUT };
}

/** The level of the one top node; 0 for a group of at most a hundred. */
export function topLevelOf(size: number): number {
  let level = 0;
  for (let nodes = nodesAbove(size); nodes > 1; nodes = nodesAbove(nodes)) level += 1;
  return level;
}

/** How many nodes a level has; 0 above the top, and everywhere in an empty group. */
export function nodesAt(level: number, size: number): number {
  if (level > topLevelOf(size)) return 0;
  let nodes = nodesAbove(size);
  for (let above = 0; above < level; above++) nodes = nodesAbove(nodes);
  return nodes;
}

/** How many children a node has to wait for; 0 if a group of this size has no such node. */
export function childrenOf({ level, node }: Pick<NodeAt, 'level' | 'node'>, size: number): number {
  if (node >= nodesAt(level, size)) return 0;
  const below = level === 0 ? size : nodesAt(level - 1, size);
  return Math.min(FANOUT, below - node * FANOUT);
}

/** Tells whether the first `children` of a node have all arrived. What came besides, from a longer second run, does not count. */
export function isFull(node: BarrierNode, children: number): boolean {
  if (node.arrived.size < children) return false;
  for (let child = 0; child < children; child++) if (!node.arrived.has(child)) return false;
  return true;
}

/**
 * What comes after an arrival at a node, or after it was told the size.
 *
 * Of an unknown size a node with a hundred children is full: it climbs even where it is the top, which only the closer knows.
 *
 * @param node  as it is after that
 * @param size  of the whole group, as the message or the step before says; without it what the node was told
 */
export function climb(at: NodeAt, node: BarrierNode, size: number | undefined): Climb {
  const known = size ?? node.size;
  const children = known === undefined ? FANOUT : childrenOf(at, known);
  if (children === 0 || !isFull(node, children)) return { kind: 'stop' };
  if (known !== undefined && at.level === topLevelOf(known)) return { kind: 'complete', size: known };
  const { leaf: parent, child } = leafOf(at.node);
  return { kind: 'climb', to: { group: at.group, level: at.level + 1, node: parent }, child, size: known };
}

/**
 * The nodes that a closer tells the size and asks `climb` about: the last of each level, lowest first. Any of them may have
 * been complete before its size was known.
 *
 * A group of none has no nodes: whoever closes it has completed it.
 */
export function closing(group: string, size: number): readonly NodeAt[] {
  if (size === 0) return [];
  return Array.from({ length: topLevelOf(size) + 1 }, (_, level) => {
    return { group, level, node: nodesAt(level, size) - 1 };
  });
}

function nodesAbove(children: number): number {
  return Math.ceil(children / FANOUT);
}
