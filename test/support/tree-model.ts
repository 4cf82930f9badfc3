import { MemoryBarriers } from '../../src/memory/memory-barriers.ts';
import type { BarrierNode, NodeAt } from '../../src/protocol/barrier-item.ts';
import { climb, closing, leafOf } from '../../src/protocol/tree.ts';

/** A process that yields before each call, so that another may go on there; it may also never go on. */
export type Course = Generator<undefined, void, undefined>;

const GROUP = 'g';
const NOW = 0;
const FAR = 1;

/** A barrier, and the processes that follow the tree as the worker and the closer do. */
export class TreeModel {
  readonly barriers: MemoryBarriers = new MemoryBarriers();
  /** Who saw the group complete: what was true then. */
  readonly completions: { readonly size: number; readonly arrived: ReadonlySet<number> }[] = [];
  /** Members whose first call was carried out. */
  readonly arrived: Set<number> = new Set();

  constructor() {
    this.barriers.open({ group: GROUP, firedRound: 0, expiresAtMs: FAR }, NOW);
  }

  get size(): number | undefined {
    return this.barriers.readHead(GROUP, NOW)?.size;
  }

  /** Members of one leaf arrive together. */
  *arrive(members: readonly number[], size: number | undefined): Course {
    const { leaf } = leafOf(members[0] as number);
    yield;
    for (const member of members) this.arrived.add(member);
    const at = { group: GROUP, level: 0, node: leaf };
    const node = this.#arrive(
      at,
      members.map((member) => leafOf(member).child),
    );
    yield* this.#climb(at, node, size);
  }

  /** The one who knows how many there are closes the group. */
  *close(size: number): Course {
    yield;
    const stands = this.barriers.close(GROUP, size, NOW);
    if (stands === undefined) throw new Error('there is no head');
    if (stands === 0) this.#complete(0);
    for (const at of closing(GROUP, stands)) {
      yield;
      const node = this.barriers.tellSize(at, stands, FAR, NOW);
      yield* this.#climb(at, node, stands);
    }
  }

  readonly readNodes = async (at: readonly NodeAt[]): Promise<readonly (BarrierNode | undefined)[]> => {
    this.reads += at.length;
    return at.map((one) => this.barriers.readNode({ ...one, group: GROUP }, NOW));
  };
  reads = 0;

  *#climb(from: NodeAt, node: BarrierNode, size: number | undefined): Course {
    let next = climb(from, node, size);
    while (next.kind === 'climb') {
      yield;
      next = climb(next.to, this.#arrive(next.to, [next.child]), next.size);
    }
    if (next.kind === 'complete') this.#complete(next.size);
  }

  #arrive(at: NodeAt, children: readonly number[]): BarrierNode {
    return this.barriers.arrive(at, { children, failed: false, expiresAtMs: FAR }, NOW);
  }

  #complete(size: number): void {
    this.completions.push({ size, arrived: new Set(this.arrived) });
  }
}

/** Runs all to their ends, the next one picked by `pick(how many)`. */
export function interleave(courses: readonly Course[], pick: (options: number) => number): void {
  const live = [...courses];
  while (live.length > 0) {
    const at = pick(live.length);
    if (!live[at]?.next().done) continue;
    live[at] = live[live.length - 1] as Course;
    live.pop();
  }
}

/** A process that dies before its call number `calls`. */
export function* dying(course: Course, calls: number): Course {
  for (let call = 0; call <= calls && !course.next().done; call++) yield;
}
