import type { BarrierHead, BarrierNode, NodeAt } from '../protocol/barrier-item.ts';

/**
 * The barriers of groups and chords: trees of sets, so that a member that arrives twice counts once.
 *
 * Every call but `readNodes` is one request on one item, and every call but `addRounds` may be repeated without changing
 * anything. An item past its time counts as absent: what is written then begins anew.
 *
 * @see `climb` in protocol/tree.ts: what follows from the node that is answered
 */
export interface Barrier {
  /** Writes the head unless there is one: a launcher that is repeated changes nothing that was promised. */
  open(head: BarrierHead): Promise<void>;

  /**
   * Says how many members a streamed group has; the first close wins, and so does a size that the launch knew.
   *
   * @returns the size that stands: with it, and no other, the closer goes on to the nodes
   * @throws {BarrierMissingError} there is no head
   */
  close(group: string, size: number): Promise<number>;

  /**
   * Adds children to a node's set and answers the whole node as it is then. Makes the node if there is none: leaves need no
   * opening, and no head.
   */
  arrive(at: NodeAt, arrival: Arrival): Promise<BarrierNode>;

  /**
   * Tells a node how many members the group has, unless it knows, and answers the whole node as it is then. Makes the node if
   * there is none.
   */
  tellSize(at: NodeAt, size: number, expiresAtMs: number): Promise<BarrierNode>;

  /** Reads the head, strongly consistent. */
  readHead(group: string): Promise<BarrierHead | undefined>;

  /**
   * Adds to the head's `firedRound` and answers the head after it. Not idempotent, and need not be: a round may be skipped.
   *
   * @throws {BarrierMissingError} there is no head
   */
  addRounds(group: string, rounds: number): Promise<BarrierHead>;

  /**
   * Reads many nodes, strongly consistent, in the order asked for; `undefined` where there is none. A hundred a request; not
   * one picture of them all, since others go on meanwhile.
   */
  readNodes(at: readonly NodeAt[]): Promise<readonly (BarrierNode | undefined)[]>;
}

/** Who arrives at a node. */
export interface Arrival {
  /** 0 to 99, at least one. */
  readonly children: readonly number[];
  /** Of a leaf: the children are entered as failed too; otherwise they are taken out there. Above leaves always false. */
  readonly failed: boolean;
  /** The node lives as long as the last that touched it says. */
  readonly expiresAtMs: number;
}
