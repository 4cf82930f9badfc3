import type { BarrierHead, BarrierNode, NodeAt } from '../protocol/barrier-item.ts';

/**
 * The barriers of groups and chords: trees of sets, so that a member that arrives twice counts once.
 *
 * Every call is one request on one item, and safe to repeat. An item past its time counts as absent.
 */
export interface Barrier {
  /** Writes the head unless there is one: a launcher that is repeated changes nothing that was promised. */
  open(head: BarrierHead): Promise<void>;

  /**
   * Says how many members a streamed group has; the first close wins.
   *
   * @returns the size that stands
   * @throws {BarrierMissingError} there is no head
   */
  close(group: string, size: number): Promise<number>;

  /**
   * Adds children to a node's set and answers the whole node. Idempotent.
   *
   * @param arrival.failed  of a leaf: the children are entered as failed; otherwise they are taken out there
   */
  arrive(at: NodeAt, arrival: Arrival): Promise<BarrierNode>;

  /** Tells a node how many members the group has, and answers the whole node. */
  tellSize(at: NodeAt, size: number, expiresAtMs: number): Promise<BarrierNode>;

  /** Reads the head, strongly consistent. */
  readHead(group: string): Promise<BarrierHead | undefined>;

  /**
   * Adds to the head's `firedRound` and answers the head after it. Not idempotent, and need not be: a round may be skipped.
   *
   * @throws {BarrierMissingError} there is no head
   */
  addRounds(group: string, rounds: number): Promise<BarrierHead>;

  /** Reads many nodes, strongly consistent, in the order asked for; `undefined` where nothing has arrived yet. */
  readNodes(at: readonly NodeAt[]): Promise<readonly (BarrierNode | undefined)[]>;
}

/** Who arrives at a node. */
export interface Arrival {
  /** 0 to 99, at least one. */
  readonly children: readonly number[];
  readonly failed: boolean;
  readonly expiresAtMs: number;
}
