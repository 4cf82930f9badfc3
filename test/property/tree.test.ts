import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunked } from '../../src/base/chunked.ts';
import { seededChoices } from '../../src/memory/choices.ts';
import { childrenOf, closing, FANOUT, isFull, leafOf, nodesAt, topLevelOf } from '../../src/protocol/tree.ts';
import { countArrived, countFailed } from '../../src/protocol/tree-progress.ts';
import { type Course, dying, interleave, TreeModel } from '../support/tree-model.ts';

const SEED = 20_260_101;
/** Sizes around every change of the tree's shape. */
const size = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 320 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 99, 100, 101, 199, 200, 201) },
  { weight: 1, arbitrary: fc.constantFrom(9_899, 9_900, 9_901, 9_999, 10_000, 10_001, 10_050) },
  { weight: 1, arbitrary: fc.integer({ min: 321, max: 10_050 }) },
);

/** How a group runs: who is told what, who dies, in which order. */
const run = fc.record({
  size,
  seed: fc.integer(),
  /** A group whose members know its size, or one that is closed. */
  streamed: fc.boolean(),
  /** Members that finish in one batch arrive together. */
  together: fc.integer({ min: 1, max: 12 }),
});
type Run = typeof run extends fc.Arbitrary<infer R> ? R : never;

describe('the tree of a barrier', () => {
  it('is complete for somebody once all have arrived and the size is known, and for nobody before', () => {
    fc.assert(
      fc.property(run, (one) => {
        const { model, pick } = started(one);
        interleave(coursesOf(model, one, pick), pick);
        expect(model.completions.length).toBeGreaterThan(0);
        expectNoneTooEarly(model, one.size);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('is complete for nobody while a member is missing', () => {
    fc.assert(
      fc.property(run, fc.nat(), (one, place) => {
        fc.pre(one.size > 0);
        const missing = place % one.size;
        const { model, pick } = started(one);
        interleave(coursesOf(model, one, pick, missing), pick);
        expect(model.completions).toEqual([]);
        interleave([model.arrive([missing], one.streamed ? undefined : one.size)], pick);
        expect(model.completions).toHaveLength(1);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('is complete for nobody while nobody knows the size', () => {
    fc.assert(
      fc.property(run, (given) => {
        const one = { ...given, streamed: true };
        const { model, pick } = started(one);
        interleave(membersOf(model, one, pick), pick);
        expect(model.completions).toEqual([]);
        interleave([model.close(one.size)], pick);
        expect(model.completions.length).toBeGreaterThan(0);
        expectNoneTooEarly(model, one.size);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('keeps to the first close when a second run of a stream has another number', () => {
    fc.assert(
      fc.property(run, size, (given, other) => {
        const one = { ...given, streamed: true, size: Math.max(given.size, other) };
        const { model, pick } = started(one);
        const closers = [given.size, other].flatMap((number) => [
          dying(model.close(number), pick(4)),
          model.close(number),
        ]);
        interleave([...membersOf(model, one, pick), ...closers], pick);
        expect([given.size, other]).toContain(model.size);
        expect(model.completions.length).toBeGreaterThan(0);
        expectNoneTooEarly(model, model.size as number);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('has a node of at most a hundred children for every member and every node but the top', () => {
    fc.assert(
      fc.property(fc.oneof(size, fc.integer({ min: 1, max: 2_000_000 })), (members) => {
        fc.pre(members > 0);
        const levels = Array.from({ length: topLevelOf(members) + 1 }, (_, level) => nodesAt(level, members));
        for (const [level, nodes] of levels.entries()) {
          const last = childrenOf({ level, node: nodes - 1 }, members);
          expect(last).toBeGreaterThan(0);
          expect((nodes - 1) * FANOUT + last).toBe(levels[level - 1] ?? members);
          expect(childrenOf({ level, node: nodes }, members)).toBe(0);
        }
        expect(levels.at(-1)).toBe(1);
        expect(nodesAt(levels.length, members)).toBe(0);
        expect(closing('g', members)).toEqual(levels.map((nodes, level) => ({ group: 'g', level, node: nodes - 1 })));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('is full exactly when it has every child, whatever it has besides', () => {
    const children = fc.integer({ min: 1, max: FANOUT });
    fc.assert(
      fc.property(children, fc.uniqueArray(fc.nat(99)), fc.option(fc.nat(99)), (count, besides, missing) => {
        const all = Array.from({ length: count }, (_, child) => child);
        const arrived = new Set([...all, ...besides].filter((child) => child !== missing));
        const expected = missing === null || missing >= count;
        expect(isFull({ arrived, failed: new Set() }, count)).toBe(expected);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });
});

describe('progress', () => {
  it('counts who has arrived and who has failed, whether the size is known or not', async () => {
    await fc.assert(
      fc.asyncProperty(run, fc.double({ min: 0, max: 1, noNaN: true }), async (one, share) => {
        const { model, pick } = started(one);
        const arriving = leavesOf(one, pick).flatMap((members) => members.filter(() => pick(1_000) < share * 1_000));
        const failing = new Set(arriving.filter(() => pick(3) === 0));
        interleave(
          chunksOf(arriving).map((members) => model.arrive(members, undefined)),
          pick,
        );
        for (const member of failing) markFailed(model, member);
        for (const known of [one.size, undefined]) {
          expect(await countArrived(model.readNodes, { group: 'g', size: known })).toBe(new Set(arriving).size);
          expect(await countFailed(model.readNodes, { group: 'g', size: known })).toBe(failing.size);
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('reads nothing below a child that has arrived', async () => {
    const model = new TreeModel();
    const all = Array.from({ length: 10_000 }, (_, member) => member);
    interleave(
      chunked(all, FANOUT).map((members) => model.arrive(members, 10_050)),
      () => 0,
    );
    interleave([model.arrive([10_003, 10_004], 10_050)], () => 0);
    expect(await countArrived(model.readNodes, { group: 'g', size: 10_050 })).toBe(10_002);
    // the top, its second child, that one's only leaf
    expect(model.reads).toBe(3);
  });

  it.each([1, 100, 101, 150, 9_950, 10_001, 10_050])('counts all %i from the top alone', async (all) => {
    const model = new TreeModel();
    const members = Array.from({ length: all }, (_, member) => member);
    interleave(
      chunked(members, FANOUT).map((some) => model.arrive(some, all)),
      () => 0,
    );
    expect(await countArrived(model.readNodes, { group: 'g', size: all })).toBe(all);
    expect(model.reads).toBe(1);
  });

  it('does not count what a longer second run sent', async () => {
    const model = new TreeModel();
    interleave(
      [model.close(150), model.arrive([149, 150, 151], undefined), model.arrive([10_000], undefined)],
      () => 0,
    );
    markFailed(model, 151);
    expect(await countArrived(model.readNodes, { group: 'g', size: 150 })).toBe(1);
    expect(await countFailed(model.readNodes, { group: 'g', size: 150 })).toBe(0);
  });

  it('is nothing for an empty group, without a read', async () => {
    const model = new TreeModel();
    expect(await countArrived(model.readNodes, { group: 'g', size: 0 })).toBe(0);
    expect(await countFailed(model.readNodes, { group: 'g', size: 0 })).toBe(0);
    expect(model.reads).toBe(0);
  });
});

type Pick = (options: number) => number;

function started({ seed }: Run): { model: TreeModel; pick: Pick } {
  const random = seededChoices(seed, { next: 0, fault: 0, maxFaults: 0 });
  return { model: new TreeModel(), pick: (options) => random.uint32() % options };
}

/** All that happens to a group: its members, and if it is streamed its closer; some of them die and begin anew. */
function coursesOf(model: TreeModel, one: Run, pick: Pick, missing?: number): Course[] {
  const members = membersOf(model, one, pick, missing);
  if (!one.streamed) return [...members, ...(one.size === 0 ? [model.close(0)] : [])];
  return [...members, dying(model.close(one.size), pick(8)), model.close(one.size)];
}

/** Every member, in any company of its leaf; some twice, some beforehand by a process that dies on the way up. */
function membersOf(model: TreeModel, one: Run, pick: Pick, missing?: number): Course[] {
  const known = one.streamed ? undefined : one.size;
  return leavesOf(one, pick).flatMap((all) => {
    const members = all.filter((member) => member !== missing);
    if (members.length === 0) return [];
    const before = pick(4) === 0 ? [dying(model.arrive(members, known), pick(4))] : [];
    const again = pick(8) === 0 ? [model.arrive([members[0] as number], known)] : [];
    return [...before, model.arrive(members, known), ...again];
  });
}

/** The members, in any order, in lists of some of one leaf each. */
function leavesOf({ size: members, together }: Run, pick: Pick): number[][] {
  const all = Array.from({ length: members }, (_, member) => member);
  return chunked(all, FANOUT).flatMap((leaf) => chunked(shuffled(leaf, pick), 1 + pick(together)));
}

function shuffled(all: readonly number[], pick: Pick): number[] {
  const result = [...all];
  for (let place = result.length - 1; place > 0; place--) {
    const other = pick(place + 1);
    [result[place], result[other]] = [result[other] as number, result[place] as number];
  }
  return result;
}

function chunksOf(members: readonly number[]): number[][] {
  const leaves = Map.groupBy(members, (member) => leafOf(member).leaf);
  return [...leaves.values()];
}

function markFailed({ barriers }: TreeModel, member: number): void {
  const { leaf, child } = leafOf(member);
  barriers.arrive({ group: 'g', level: 0, node: leaf }, { children: [child], failed: true, expiresAtMs: 1 }, 0);
}

function expectNoneTooEarly(model: TreeModel, members: number): void {
  for (const { size: seen, arrived } of model.completions) {
    expect(seen).toBe(members);
    expect(model.size ?? members).toBe(members);
    expect(firstMissing(arrived, members)).toBe(members);
  }
}

function firstMissing(arrived: ReadonlySet<number>, members: number): number {
  for (let member = 0; member < members; member++) if (!arrived.has(member)) return member;
  return members;
}
