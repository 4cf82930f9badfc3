import type { Clock } from '../base/clock.ts';
import { WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import type { Slot } from '../message/next.ts';
import type { Barrier } from '../ports/barrier.ts';
import type { BarrierNode, NodeAt } from '../protocol/barrier-item.ts';
import { leafOf } from '../protocol/tree.ts';

/** An arrival waits at most so long for others of its batch. */
const MAX_WAIT_MS = 100;

/** What an arrival means for the barrier above its leaf: climbs, and sends what has to be sent. */
export type Onward = (leaf: BarrierNode) => Promise<void>;

/**
 * The arrivals of one batch: those at the same leaf share one write.
 *
 * A record that has come to its arrival waits until every other record of the batch has as well, or has ended, or a tenth of a
 * second has passed. The first of those that share a write goes on for them all, and they end as it does: none of them is
 * acknowledged before all that follows has happened. The first one's message may not come back if that fails, for another
 * delivery of it may have been acknowledged already.
 */
export class Arrivals {
  readonly #barrier: Barrier;
  readonly #clock: Clock;
  readonly #leaves = new Map<string, Leaf>();
  /** Records that have begun and not ended. */
  #active = 0;
  /** Of those: waiting for a write, or for the one that goes on for them. */
  #blocked = 0;
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
   * Enters a member in its leaf, and then goes on from there; returns when all of that has happened.
   *
   * @param onward  called for one of those that share the write
   */
  arrive({ group, index }: Slot, failed: boolean, round: number, onward: Onward): Promise<void> {
    const { leaf: node, child } = leafOf(index);
    const key = JSON.stringify([group, node, failed, round]);
    const leaf = this.#leaves.get(key) ?? { at: { group, level: 0, node }, failed, onward, members: [] };
    this.#leaves.set(key, leaf);
    this.#blocked += 1;
    this.#cancelTimer ??= this.#clock.after(MAX_WAIT_MS, () => this.#flush());
    return new Promise<void>((resolve, reject) => {
      leaf.members.push({ child, resolve, reject });
      this.#flushWhenAllWait();
    });
  }

  #flushWhenAllWait(): void {
    if (this.#leaves.size > 0 && this.#blocked >= this.#active) this.#clock.soon(() => this.#flush());
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const leaves = [...this.#leaves.values()];
    this.#leaves.clear();
    for (const leaf of leaves) void this.#write(leaf);
  }

  async #write({ at, failed, onward, members }: Leaf): Promise<void> {
    const expiresAtMs = this.#clock.now() + WORKFLOW_PART_SECONDS * 1_000;
    const children = [...new Set(members.map(({ child }) => child))];
    this.#blocked -= 1; // the one that goes on
    try {
      await onward(await this.#barrier.arrive(at, { children, failed, expiresAtMs }));
      for (const { resolve } of members) resolve();
    } catch (error) {
      for (const { reject } of members) reject(error);
    } finally {
      this.#blocked -= members.length - 1;
      this.#flushWhenAllWait();
    }
  }
}

interface Leaf {
  readonly at: NodeAt;
  readonly failed: boolean;
  readonly onward: Onward;
  readonly members: Waiting[];
}

interface Waiting {
  readonly child: number;
  resolve(): void;
  reject(error: unknown): void;
}
