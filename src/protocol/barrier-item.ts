import type { Json } from '../base/json.ts';

/**
 * The head of a barrier: what is promised once all members have arrived. Written once, before the first member is sent.
 *
 * @see docs/protocol.md
 */
export interface BarrierHead {
  /** The group; its members' ids are `<group>.<index>`. */
  readonly group: string;
  /** How many members; absent until a streamed group is closed. */
  readonly size?: number;
  /** What is sent then, as `message/next.ts` has it; absent for a group that nothing follows. */
  readonly next?: Json;
  /** Grows with each resumed firing. */
  readonly firedRound: number;
  readonly expiresAtMs: number;
}

/** A node of the tree: at most a hundred children, as the set of those that have arrived. */
export interface BarrierNode {
  /** Children that have arrived, each 0 to 99. */
  readonly arrived: ReadonlySet<number>;
  /** Of a leaf: members whose last arrival was no success. For people to see; nothing is decided by it. */
  readonly failed: ReadonlySet<number>;
  /** How many members the whole group has; known to the last node of each level once a streamed group is closed. */
  readonly size?: number;
}

/** Where a node stands: leaves are level 0, the top is the one node of the highest level. */
export interface NodeAt {
  readonly group: string;
  readonly level: number;
  readonly node: number;
}
