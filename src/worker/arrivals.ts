import type { Clock } from '../base/clock.ts';
import { UNENDED_ITEM_SECONDS } from '../base/limits.ts';
import type { Slot } from '../message/next.ts';
import type { Barrier } from '../ports/barrier.ts';
import type { BarrierNode, NodeAt } from '../protocol/barrier-item.ts';
import { leafOf } from '../protocol/tree.ts';

/** An arrival waits at most so long for others of its batch. */
const MAX_WAIT_MS = 100;

/**
 * The arrivals of one batch: those at the same leaf share one write.
 *
 * A record that has come to its arrival waits until every other record of the batch has as well, or has ended, or a tenth of a
 * second has passed. The first of those that share a write gets the node and goes on for them all: if it fails, its message
 * comes back, arrives again and finds the same node.
 */
export class Arrivals {
  readonly #barrier: Barrier;
  readonly #clock: Clock;
  readonly #leaves = new Map<string, Leaf>();
  #active = 0;
  #waiting = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(barrier: Barrier, clock: Clock) {
    this.#barrier = barrier;
    this.#clock = clock;
  }

  /** A record begins. */
  enter(): void {
    this.#active += 1;
  }

  /** A record has ended. */
  leave(): void {
    this.#active -= 1;
    this.#flushWhenAllWait();
  }

  /**
   * Enters a member in its leaf.
   *
   * @returns the leaf after the write, for one of those that shared it; `undefined` for the others
   */
  arrive({ group, index }: Slot, failed: boolean, round: number): Promise<BarrierNode | undefined> {
    const { leaf: node, child } = leafOf(index);
    const key = JSON.stringify([group, node, failed, round]);
    const leaf = this.#leaves.get(key) ?? { at: { group, level: 0, node }, failed, members: [] };
    this.#leaves.set(key, leaf);
    this.#waiting += 1;
    this.#cancelTimer ??= this.#clock.after(MAX_WAIT_MS, () => this.#flush());
    return new Promise((resolve, reject) => {
      leaf.members.push({ child, resolve, reject });
      this.#flushWhenAllWait();
    });
  }

  #flushWhenAllWait(): void {
    if (this.#waiting > 0 && this.#waiting >= this.#active) this.#clock.soon(() => this.#flush());
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#waiting = 0;
    const leaves = [...this.#leaves.values()];
    this.#leaves.clear();
    for (const leaf of leaves) void this.#write(leaf);
  }

  async #write({ at, failed, members }: Leaf): Promise<void> {
    const expiresAtMs = this.#clock.now() + UNENDED_ITEM_SECONDS * 1_000;
    const children = [...new Set(members.map(({ child }) => child))];
    try {
      const node = await this.#barrier.arrive(at, { children, failed, expiresAtMs });
      for (const [i, { resolve }] of members.entries()) resolve(i === 0 ? node : undefined);
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  }
}

interface Leaf {
  readonly at: NodeAt;
  readonly failed: boolean;
  readonly members: Waiting[];
}

interface Waiting {
  readonly child: number;
  resolve(node: BarrierNode | undefined): void;
  reject(error: unknown): void;
}
