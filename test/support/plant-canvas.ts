import { pathId } from '../../src/base/path-ids.ts';
import { storeError } from '../../src/base/stored-error.ts';
import type { AsyncResult } from '../../src/canvas/handle.ts';
import { type Plan, planKey } from '../../src/client/plan.ts';
import { scriptedChoices } from '../../src/memory/choices.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { World } from '../../src/memory/world.ts';
import type { Ports } from '../../src/ports/ports.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import { climb, leafOf } from '../../src/protocol/tree.ts';

const DAY_MS = 86_400_000;

/** A store in virtual time, with what workers would have written into it. */
export class Planted {
  readonly store: MemoryStore = new MemoryStore(['default']);
  readonly world: World = new World(this.store, scriptedChoices(new Map()));
  readonly ports: Ports = this.world.process('client', false).ports;

  get nowMs(): number {
    return this.world.nowMs;
  }

  /** Runs what the holder of a handle does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.world.run(work);
  }

  /** How many requests of a kind have been made. */
  requests(name: string): number {
    return this.world.timeline.filter((line) => line.includes(` ${name} `)).length;
  }

  /** How many nodes of barriers have been read. */
  nodesRead(): number {
    const reads = this.world.timeline.filter((line) => line.includes(' readNodes '));
    return reads.join(' ').split('#0#').length - 1;
  }

  item(id: string, more: Partial<TaskItem>): void {
    const plain = { task: 'add', queue: 'default', root: id, attempt: 0, starts: 0, generation: 0, round: 0 };
    const ended = { startedAtMs: this.nowMs - 1_000, doneAtMs: this.nowMs };
    const state = more.state ?? 'SUCCESS';
    const expiresAtMs = this.nowMs + DAY_MS;
    this.store.items.set(id, { ...plain, ...(ENDS.has(state) ? ended : {}), expiresAtMs, ...more, state });
  }

  /** A stage that was ended by what it depended on. */
  mark(id: string, error: Error, cause: string): void {
    const { startedAtMs: _, ...unrun } = { startedAtMs: 0, state: 'FAILURE', marked: true as const };
    this.item(id, { ...unrun, error: storeError(error), cause });
    const { startedAtMs: _started, ...item } = this.store.items.get(id) as TaskItem;
    this.store.items.set(id, item);
  }

  fail(id: string, error: Error, more: Partial<TaskItem> = {}): void {
    this.item(id, { state: 'FAILURE', error: storeError(error), cause: id, ...more });
  }

  /** A group's head, as it is written when the group is sent. */
  head(group: string, size?: number): void {
    const head = { group, ...(size === undefined ? {} : { size }), firedRound: 0, expiresAtMs: this.nowMs + DAY_MS };
    this.store.barriers.heads.set(group, head);
  }

  /** A member succeeds with a value, and arrives. */
  succeed(group: string, index: number, size: number | undefined, value: TaskItem['value'] = index): void {
    this.item(pathId(group, index), { value });
    this.arrive(group, index, size, false);
  }

  /** A member ends without success, and arrives. */
  failMember(group: string, index: number, size: number | undefined, error: Error, more: Partial<TaskItem> = {}): void {
    this.fail(pathId(group, index), error, more);
    this.arrive(group, index, size, true);
  }

  arrive(group: string, index: number, size: number | undefined, failed: boolean): void {
    const { leaf, child } = leafOf(index);
    const expiresAtMs = this.nowMs + DAY_MS;
    let at = { group, level: 0, node: leaf };
    let children = [child];
    for (;;) {
      const node = this.store.barriers.arrive(
        at,
        { children, failed: failed && at.level === 0, expiresAtMs },
        this.nowMs,
      );
      const next = climb(at, node, size);
      if (next.kind !== 'climb') return;
      at = next.to;
      children = [next.child];
    }
  }

  plan(path: string, plan: Plan): void {
    this.payload(planKey(path), JSON.stringify(plan));
  }

  payload(key: string, text: string): void {
    this.store.payloads.set(key, { text, expiresAtMs: this.nowMs + DAY_MS });
  }

  /** Does something after so many seconds, while others wait. */
  after(seconds: number, work: () => void): void {
    this.ports.clock.after(seconds * 1_000, work);
  }
}

const ENDS = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'IGNORED']);

/** The ids of a handle and of all its parents, the handle first. */
export function lineOf(handle: AsyncResult<unknown>): readonly string[] {
  return [handle.id, ...(handle.parent ? lineOf(handle.parent) : [])];
}
