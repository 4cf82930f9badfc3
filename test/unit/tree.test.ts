import { describe, expect, it } from 'vitest';
import type { BarrierNode } from '../../src/protocol/barrier-item.ts';
import { childrenOf, climb, closing, leafOf, nodesAt, topLevelOf } from '../../src/protocol/tree.ts';

const leaf = (node: number) => ({ group: 'g', level: 0, node });
const inner = (node: number) => ({ group: 'g', level: 1, node });

/** A node at which 0 to `count - 1` have arrived, and `besides`. */
function withFirst(count: number, besides: readonly number[] = [], size?: number): BarrierNode {
  const arrived = new Set([...Array(count).keys(), ...besides]);
  return { arrived, failed: new Set(), ...(size !== undefined ? { size } : {}) };
}

describe('the shape of a tree', () => {
  it.each([
    // size, nodes of each level, children of the last node of each level
    [0, [0], [0]],
    [1, [1], [1]],
    [100, [1], [100]],
    [101, [2, 1], [1, 2]],
    [9_999, [100, 1], [99, 100]],
    [10_000, [100, 1], [100, 100]],
    [10_001, [101, 2, 1], [1, 1, 2]],
    [1_000_000, [10_000, 100, 1], [100, 100, 100]],
    [1_000_001, [10_001, 101, 2, 1], [1, 1, 1, 2]],
  ])('of %i members has %j nodes a level', (size, nodes, last) => {
    expect(topLevelOf(size)).toBe(nodes.length - 1);
    expect(nodes.map((_, level) => nodesAt(level, size))).toEqual(nodes);
    expect(nodes.map((count, level) => childrenOf({ level, node: Math.max(0, count - 1) }, size))).toEqual(last);
    expect(nodesAt(nodes.length, size)).toBe(0);
  });

  it.each([
    [0, 0, 0],
    [99, 0, 99],
    [100, 1, 0],
    [12_345, 123, 45],
  ])('has member %i in leaf %i as child %i', (index, at, child) => {
    expect(leafOf(index)).toEqual({ leaf: at, child });
  });
});

describe('climb', () => {
  it.each([
    ['a leaf that is the top and full', leaf(0), withFirst(3), 3, { kind: 'complete', size: 3 }],
    ['a leaf that is the top and lacks one', leaf(0), withFirst(2), 3, { kind: 'stop' }],
    ['as many, but not the first', leaf(0), withFirst(2, [9]), 3, { kind: 'stop' }],
    ['more than the size says', leaf(0), withFirst(5), 3, { kind: 'complete', size: 3 }],
    ['a full leaf below others', leaf(2), withFirst(50), 250, { kind: 'climb', to: inner(0), child: 2, size: 250 }],
    [
      'a full leaf of another parent',
      leaf(131),
      withFirst(100),
      20_000,
      { kind: 'climb', to: inner(1), child: 31, size: 20_000 },
    ],
    ['the top above leaves', inner(0), withFirst(3), 250, { kind: 'complete', size: 250 }],
    ['the top that lacks a leaf', inner(0), withFirst(2), 250, { kind: 'stop' }],
    ['a leaf beyond the size', leaf(3), withFirst(100), 250, { kind: 'stop' }],
    ['a node above the top', inner(0), withFirst(100), 100, { kind: 'stop' }],
    ['a leaf that was told the size', leaf(0), withFirst(3, [], 3), undefined, { kind: 'complete', size: 3 }],
    [
      'a leaf that was told a larger size',
      leaf(1),
      withFirst(3, [], 103),
      undefined,
      { kind: 'climb', to: inner(0), child: 1, size: 103 },
    ],
    [
      'a hundred of an unknown size',
      leaf(0),
      withFirst(100),
      undefined,
      { kind: 'climb', to: inner(0), child: 0, size: undefined },
    ],
    ['ninety-nine of an unknown size', leaf(0), withFirst(99), undefined, { kind: 'stop' }],
    ['a node without children', leaf(0), withFirst(0), 5, { kind: 'stop' }],
    ['an empty group', leaf(0), withFirst(1), 0, { kind: 'stop' }],
  ] as const)('from %s', (_name, at, node, size, expected) => {
    expect(climb(at, node, size)).toEqual(expected);
  });
});

describe('closing', () => {
  it.each([
    [0, []],
    [1, [leaf(0)]],
    [100, [leaf(0)]],
    [101, [leaf(1), inner(0)]],
    [10_001, [leaf(100), inner(1), { group: 'g', level: 2, node: 0 }]],
  ])('of a group of %i visits the last node of each level', (size, expected) => {
    expect(closing('g', size)).toEqual(expected);
  });
});
