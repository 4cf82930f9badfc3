import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BarrierMissingError } from '../../src/base/errors.ts';
import type { Json } from '../../src/base/json.ts';
import type { Arrival, Barrier } from '../../src/ports/barrier.ts';
import type { BarrierHead, BarrierNode, NodeAt } from '../../src/protocol/barrier-item.ts';
import { FANOUT, isFull } from '../../src/protocol/tree.ts';
import { NOW } from './crossing/item-kinds.ts';

/** Barriers on one store: each a client of its own, whose clock stands where it is told. */
export interface BarrierSetup {
  client(nowMs: number): Barrier;
  stop?(): Promise<void>;
}

/** What every `Barrier` must do, whatever stands behind it. */
export function barrierContract(name: string, make: () => Promise<BarrierSetup>): void {
  describe(`barrier: ${name}`, () => {
    let setup: BarrierSetup;
    beforeAll(async () => {
      setup = await make();
    });
    afterAll(() => setup?.stop?.());
    const at: At = (nowMs = NOW) => setup.client(nowMs);
    describe('open', () => opens(at));
    describe('close', () => closes(at));
    describe('arrive', () => arrivals(at));
    describe('arrivals of many at once', () => concurrentArrivals(at));
    describe('tellSize', () => sizes(at));
    describe('addRounds', () => rounds(at));
    describe('readNodes', () => reads(at));
  });
}

/** A client of the store under test. */
type At = (nowMs?: number) => Barrier;

const EXPIRES = NOW + 1_000;
const LATER = EXPIRES + 1_000;

let groups = 0;
function newGroup(): string {
  return `group.${++groups}`;
}

function headOf(group: string, more: Partial<BarrierHead> = {}): BarrierHead {
  return { group, size: 3, next: { of: group }, firedRound: 0, expiresAtMs: EXPIRES, ...more };
}

function leafIn(group: string, node: number = 0): NodeAt {
  return { group, level: 0, node };
}

function arrival(children: readonly number[], more: Partial<Arrival> = {}): Arrival {
  return { children, failed: false, expiresAtMs: EXPIRES, ...more };
}

function nodeOf(arrived: Iterable<number>, failed: Iterable<number> = [], size?: number): BarrierNode {
  return { arrived: new Set(arrived), failed: new Set(failed), ...(size !== undefined ? { size } : {}) };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

const NEXT: Readonly<Record<string, Json>> = {
  null: null,
  'an empty text': '',
  'names of a prototype': JSON.parse('{"__proto__":{"a":1},"constructor":"c"}') as Json,
  'characters of every kind': ['👩‍👩‍👧', '\ud800', '\u0000\u2028\uffff'],
  numbers: [0.1 + 0.2, Number.MAX_VALUE, Number.MIN_VALUE],
  '32 KB': 'x'.repeat(32_768),
};

function opens(at: At): void {
  it('writes a head that reads back as it was', async () => {
    const head = headOf(newGroup(), { firedRound: 2 });
    await at().open(head);
    expect(await at().readHead(head.group)).toEqual(head);
  });

  it('writes one without size and without anything that follows', async () => {
    const head: BarrierHead = { group: newGroup(), firedRound: 0, expiresAtMs: EXPIRES };
    await at().open(head);
    expect(await at().readHead(head.group)).toStrictEqual(head);
  });

  it.each(Object.keys(NEXT))('keeps %s as what follows', async (name) => {
    const head = headOf(newGroup(), { next: NEXT[name] as Json });
    await at().open(head);
    expect(JSON.stringify((await at().readHead(head.group))?.next)).toBe(JSON.stringify(NEXT[name]));
  });

  it('changes nothing the second time, whatever it brings', async () => {
    const head = headOf(newGroup());
    await at().open(head);
    await at().open(headOf(head.group, { size: 4, next: 'other', firedRound: 7, expiresAtMs: LATER }));
    expect(await at().readHead(head.group)).toEqual(head);
  });

  it('lets one of many that open at once have it, whole', async () => {
    const group = newGroup();
    const brought = upTo(30).map((n) => headOf(group, { size: n, next: n, expiresAtMs: EXPIRES + n }));
    await Promise.all(brought.map((head) => at().open(head)));
    expect(brought).toContainEqual(await at().readHead(group));
  });

  it('takes a head past its time for none', async () => {
    const group = newGroup();
    await at().open(headOf(group));
    expect(await at(EXPIRES - 1).readHead(group)).toBeDefined();
    expect(await at(EXPIRES).readHead(group)).toBeUndefined();
    const anew = headOf(group, { size: 9, next: 'anew', expiresAtMs: LATER });
    await at(EXPIRES - 1).open(anew);
    expect(await at(EXPIRES - 1).readHead(group)).toEqual(headOf(group));
    await at(EXPIRES).open(anew);
    expect(await at(EXPIRES).readHead(group)).toEqual(anew);
  });

  it('finds no head of a group that nobody opened', async () => {
    expect(await at().readHead(newGroup())).toBeUndefined();
  });
}

function closes(at: At): void {
  const open = async () => {
    const { size: _none, ...head } = headOf(newGroup());
    await at().open(head);
    return head;
  };

  it('says how many there are, and leaves everything else', async () => {
    const head = await open();
    expect(await at().close(head.group, 12)).toBe(12);
    expect(await at().readHead(head.group)).toEqual({ ...head, size: 12 });
  });

  it('answers a later one with the first', async () => {
    const { group } = await open();
    expect(await at().close(group, 12)).toBe(12);
    expect(await at().close(group, 12)).toBe(12);
    expect(await at().close(group, 13)).toBe(12);
    expect(await at().close(group, 0)).toBe(12);
  });

  it('takes none for a number', async () => {
    const { group } = await open();
    expect(await at().close(group, 0)).toBe(0);
    expect(await at().close(group, 5)).toBe(0);
    expect(await at().readHead(group)).toMatchObject({ size: 0 });
  });

  it('answers with the size that was known at the launch', async () => {
    const head = headOf(newGroup());
    await at().open(head);
    expect(await at().close(head.group, 99)).toBe(3);
  });

  it('lets one of many that close at once win', async () => {
    const { group } = await open();
    const answers = await Promise.all(upTo(20).map((n) => at().close(group, 100 + n)));
    expect(new Set(answers).size).toBe(1);
    expect(await at().readHead(group)).toMatchObject({ size: answers[0] });
  });

  it('throws where there is no head, and makes none', async () => {
    const group = newGroup();
    await expect(at().close(group, 1)).rejects.toThrow(BarrierMissingError);
    expect(await at().readHead(group)).toBeUndefined();
  });

  it('throws where the head is past its time', async () => {
    const { group } = await open();
    await expect(at(EXPIRES).close(group, 1)).rejects.toThrow(BarrierMissingError);
  });
}

function arrivals(at: At): void {
  it('answers the whole node each time', async () => {
    const leaf = leafIn(newGroup());
    expect(await at().arrive(leaf, arrival([7]))).toStrictEqual(nodeOf([7]));
    expect(await at().arrive(leaf, arrival([0]))).toStrictEqual(nodeOf([0, 7]));
    expect(await at().arrive(leaf, arrival([99, 8]))).toStrictEqual(nodeOf([0, 7, 8, 99]));
    expect(await at().readNodes([leaf])).toStrictEqual([nodeOf([0, 7, 8, 99])]);
  });

  it('changes nothing when it is repeated', async () => {
    const leaf = leafIn(newGroup());
    await at().arrive(leaf, arrival([1]));
    for (const failed of [false, false, true, true]) {
      expect(await at().arrive(leaf, arrival([3, 4], { failed }))).toEqual(nodeOf([1, 3, 4], failed ? [3, 4] : []));
    }
  });

  it('takes the same child twice in one call for one', async () => {
    expect(await at().arrive(leafIn(newGroup()), arrival([5, 5], { failed: true }))).toEqual(nodeOf([5], [5]));
  });

  it('enters the failed as arrived too, and takes them out when they arrive again', async () => {
    const leaf = leafIn(newGroup());
    expect(await at().arrive(leaf, arrival([1, 2, 3], { failed: true }))).toEqual(nodeOf([1, 2, 3], [1, 2, 3]));
    expect(await at().arrive(leaf, arrival([2]))).toEqual(nodeOf([1, 2, 3], [1, 3]));
    expect(await at().arrive(leaf, arrival([2, 4], { failed: true }))).toEqual(nodeOf([1, 2, 3, 4], [1, 2, 3, 4]));
    expect(await at().arrive(leaf, arrival([1, 2, 3, 4]))).toEqual(nodeOf([1, 2, 3, 4]));
    expect(await at().readNodes([leaf])).toEqual([nodeOf([1, 2, 3, 4])]);
    expect(await at().arrive(leaf, arrival([9]))).toEqual(nodeOf([1, 2, 3, 4, 9]));
  });

  it('keeps nodes, levels and groups apart', async () => {
    const group = newGroup();
    const all = [
      leafIn(group),
      leafIn(group, 1),
      { group, level: 1, node: 0 },
      leafIn(`${group}.0`),
      leafIn(`${group}0`),
    ];
    for (const [n, one] of all.entries()) expect(await at().arrive(one, arrival([n]))).toEqual(nodeOf([n]));
    expect(await at().readNodes(all)).toEqual(all.map((_, n) => nodeOf([n])));
  });

  it('needs no head', async () => {
    const group = newGroup();
    await at().arrive(leafIn(group), arrival([0]));
    expect(await at().readHead(group)).toBeUndefined();
  });

  it('begins anew where the node is past its time', async () => {
    const leaf = leafIn(newGroup());
    await at().arrive(leaf, arrival([1], { failed: true }));
    await at().tellSize(leaf, 5, EXPIRES);
    expect(await at(EXPIRES).readNodes([leaf])).toEqual([undefined]);
    expect(await at(EXPIRES - 1).arrive(leaf, arrival([2]))).toEqual(nodeOf([1, 2], [1], 5));
    expect(await at(EXPIRES).arrive(leaf, arrival([3], { expiresAtMs: LATER }))).toStrictEqual(nodeOf([3]));
    expect(await at(EXPIRES).arrive(leaf, arrival([4], { failed: true, expiresAtMs: LATER }))).toEqual(
      nodeOf([3, 4], [4]),
    );
  });

  it('lets the node live as long as its last arrival says', async () => {
    const leaf = leafIn(newGroup());
    await at().arrive(leaf, arrival([1]));
    await at().arrive(leaf, arrival([1], { expiresAtMs: LATER }));
    expect(await at(LATER - 1).readNodes([leaf])).toEqual([nodeOf([1])]);
    expect(await at(LATER).readNodes([leaf])).toEqual([undefined]);
  });
}

function concurrentArrivals(at: At): void {
  it('counts a hundred members through ten clients, and shows the full node to somebody', async () => {
    const leaf = leafIn(newGroup());
    const clients = upTo(10).map(() => at());
    const answers = await Promise.all(
      upTo(FANOUT).map((child) => clients[child % 10]!.arrive(leaf, arrival([child], { failed: child % 7 === 0 }))),
    );
    for (const [child, node] of answers.entries()) expect(node.arrived.has(child)).toBe(true);
    // each saw another number of them, so exactly one saw all
    expect(answers.map(({ arrived }) => arrived.size).sort((a, b) => a - b)).toEqual(upTo(FANOUT).map((n) => n + 1));
    expect(answers.filter((node) => isFull(node, FANOUT))).toHaveLength(1);
    const failed = upTo(FANOUT).filter((child) => child % 7 === 0);
    expect(await at().readNodes([leaf])).toEqual([nodeOf(upTo(FANOUT), failed)]);
  });

  it('counts none of them twice when each arrives three times', async () => {
    const leaf = leafIn(newGroup());
    const answers = await Promise.all(
      upTo(150).map((n) => at().arrive(leaf, arrival([n % 50, (n + 1) % 50], { failed: false }))),
    );
    expect(answers.some((node) => isFull(node, 50))).toBe(true);
    expect(await at().readNodes([leaf])).toEqual([nodeOf(upTo(50))]);
  });

  it('loses none of those that meet a node past its time', async () => {
    const leaf = leafIn(newGroup());
    await at().arrive(leaf, arrival([77]));
    const answers = await Promise.all(
      upTo(50).map((child) => at(EXPIRES).arrive(leaf, arrival([child], { expiresAtMs: LATER }))),
    );
    expect(answers.filter((node) => isFull(node, 50))).toHaveLength(1);
    expect(await at(EXPIRES).readNodes([leaf])).toEqual([nodeOf(upTo(50))]);
  });

  it.each(upTo(5))('tells the size to the last arrival, or the last arrival to the closer (%i)', async () => {
    const leaf = leafIn(newGroup());
    const [told, ...answers] = await Promise.all([
      at().tellSize(leaf, 20, EXPIRES),
      ...upTo(20).map((child) => at().arrive(leaf, arrival([child]))),
    ]);
    const seen = [told, ...answers].filter((node) => node.size === 20 && isFull(node, 20));
    expect(seen.length).toBeGreaterThan(0);
  });
}

function sizes(at: At): void {
  it('tells a node that is there, which keeps what it has', async () => {
    const leaf = leafIn(newGroup(), 2);
    await at().arrive(leaf, arrival([0]));
    await at().arrive(leaf, arrival([1], { failed: true }));
    expect(await at().tellSize(leaf, 202, EXPIRES)).toStrictEqual(nodeOf([0, 1], [1], 202));
    expect(await at().arrive(leaf, arrival([1]))).toStrictEqual(nodeOf([0, 1], [], 202));
  });

  it('makes a node that nothing has arrived at', async () => {
    const leaf = leafIn(newGroup());
    expect(await at().tellSize(leaf, 7, EXPIRES)).toStrictEqual(nodeOf([], [], 7));
    expect(await at().readNodes([leaf])).toStrictEqual([nodeOf([], [], 7)]);
    expect(await at().arrive(leaf, arrival([4]))).toStrictEqual(nodeOf([4], [], 7));
  });

  it('lets the first size stand', async () => {
    const leaf = leafIn(newGroup());
    await at().tellSize(leaf, 7, EXPIRES);
    expect(await at().tellSize(leaf, 7, EXPIRES)).toEqual(nodeOf([], [], 7));
    expect(await at().tellSize(leaf, 9, EXPIRES)).toEqual(nodeOf([], [], 7));
  });

  it('begins anew where the node is past its time, and says until when it counts', async () => {
    const leaf = leafIn(newGroup());
    await at().arrive(leaf, arrival([1]));
    await at().tellSize(leaf, 7, EXPIRES);
    expect(await at(EXPIRES).tellSize(leaf, 9, LATER)).toStrictEqual(nodeOf([], [], 9));
    expect(await at(LATER - 1).readNodes([leaf])).toEqual([nodeOf([], [], 9)]);
  });
}

function rounds(at: At): void {
  it('adds up, and answers the head as it is then', async () => {
    const head = headOf(newGroup());
    await at().open(head);
    expect(await at().addRounds(head.group, 2)).toEqual({ ...head, firedRound: 2 });
    expect(await at().addRounds(head.group, 3)).toEqual({ ...head, firedRound: 5 });
    expect(await at().readHead(head.group)).toEqual({ ...head, firedRound: 5 });
  });

  it('gives each of many at once another number', async () => {
    const head = headOf(newGroup());
    await at().open(head);
    const answers = await Promise.all(upTo(20).map(() => at().addRounds(head.group, 1)));
    expect(answers.map(({ firedRound }) => firedRound).sort((a, b) => a - b)).toEqual(upTo(20).map((n) => n + 1));
  });

  it('survives another launch and a close', async () => {
    const { size: _none, ...head } = headOf(newGroup());
    await at().open(head);
    await at().addRounds(head.group, 4);
    await at().open(head);
    await at().close(head.group, 8);
    expect(await at().readHead(head.group)).toEqual({ ...head, size: 8, firedRound: 4 });
  });

  it('throws where there is no head, and makes none', async () => {
    const group = newGroup();
    await expect(at().addRounds(group, 1)).rejects.toThrow(BarrierMissingError);
    expect(await at().readHead(group)).toBeUndefined();
  });

  it('throws where the head is past its time', async () => {
    const { group } = headOf(newGroup());
    await at().open(headOf(group));
    await expect(at(EXPIRES).addRounds(group, 1)).rejects.toThrow(BarrierMissingError);
  });
}

function reads(at: At): void {
  it('gives 250 nodes in the order asked, with gaps where nothing has arrived', async () => {
    const group = newGroup();
    const all = upTo(250).map((node) => leafIn(group, node));
    const there = all.filter(({ node }) => node % 3 !== 0);
    await Promise.all(there.map((leaf) => at().arrive(leaf, arrival([leaf.node % 100]))));
    const asked = [...all].reverse();
    const expected = asked.map(({ node }) => (node % 3 === 0 ? undefined : nodeOf([node % 100])));
    expect(await at().readNodes(asked)).toEqual(expected);
  });

  it('gives a node as often as it is asked for', async () => {
    const [leaf, nowhere] = [leafIn(newGroup()), leafIn(newGroup())];
    await at().arrive(leaf, arrival([1]));
    const one = nodeOf([1]);
    expect(await at().readNodes([leaf, nowhere, leaf, nowhere, leaf])).toEqual([one, undefined, one, undefined, one]);
  });

  it('reads none of none', async () => {
    expect(await at().readNodes([])).toEqual([]);
  });
}
