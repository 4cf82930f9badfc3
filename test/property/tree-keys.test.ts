import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barrierHeadKey,
  barrierNodeKey,
  type Key,
  memberSk,
  membersPk,
  payloadPk,
  pieceSk,
  revocationKey,
  taskIdOf,
  taskKey,
} from '../../src/aws/table.ts';
import { leafOf } from '../../src/protocol/tree.ts';

const SEED = 20_260_101;
const ALPHABET = '.:/-_a0019'.split('');
/** Ids that are nearly alike: of a few characters, with many dots and zeros. */
const alike = fc.array(fc.constantFrom(...ALPHABET), { minLength: 1, maxLength: 7 }).map((all) => all.join(''));
const path = fc
  .tuple(fc.constantFrom('r', 'a.b', '7', 'x.01'), fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 4 }))
  .map(([root, steps]) => [root, ...steps].join('.'));
const any = fc.stringMatching(/^[\w.:/-]{1,40}$/);
const id = fc.oneof(alike, path, any);
/** No id has a `#`; if one had, it would still have a key of its own. */
const strange = fc.array(fc.constantFrom('#', ...ALPHABET), { maxLength: 7 }).map((all) => all.join(''));

describe('the key of a task', () => {
  it('gives the id back', () => {
    fc.assert(
      fc.property(fc.oneof(id, strange), (one) => {
        expect(taskIdOf(taskKey(one))).toBe(one);
      }),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  it('is of one id only', () => {
    fc.assert(
      fc.property(fc.oneof(id, strange), fc.oneof(id, strange), (one, other) => {
        fc.pre(one !== other);
        expect(taskKey(one)).not.toEqual(taskKey(other));
      }),
      { seed: SEED, numRuns: 20_000 },
    );
  });

  it('is that of a member exactly for an index without leading zeros of at most nine digits', () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 0, max: 999_999_999 }), (group, index) => {
        const { leaf } = leafOf(index);
        expect(taskKey(`${group}.${index}`)).toEqual({ pk: membersPk(group, leaf), sk: memberSk(index) });
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('sorts members by their index', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 999_999_999 }), (a, b) => {
        expect(Math.sign(Number(memberSk(a) > memberSk(b)) - Number(memberSk(a) < memberSk(b)))).toBe(Math.sign(a - b));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it.each([
    ['digest', 'task#digest', '-'],
    ['r.0', 'task#r#0', '000000000'],
    ['r.2.117', 'task#r.2#1', '000000117'],
    ['r.999999999', 'task#r#9999999', '999999999'],
    ['r.1000000000', 'task#r.1000000000', '-'],
    ['r.07', 'task#r.07', '-'],
    ['r.00', 'task#r.00', '-'],
    ['r.', 'task#r.', '-'],
    ['r.x', 'task#r.x', '-'],
    ['r.-1', 'task#r.-1', '-'],
    ['7', 'task#7', '-'],
    ['.7', 'task##0', '000000007'],
  ])('of %s is %s and %s', (one, pk, sk) => {
    expect(taskKey(one)).toEqual({ pk, sk });
  });
});

describe('keys of different kinds', () => {
  it('are never the same, and fit the table', () => {
    const long = fc.stringMatching(/^[\w.:/-]{190,200}$/);
    const name = fc.oneof(id, long);
    const number = fc.integer({ min: 0, max: 99_999_999 });
    fc.assert(
      fc.property(name, name, number, fc.nat(5), (one, other, node, level) => {
        const groups = [...new Set([one, other])];
        const keys: Key[] = groups.flatMap((group) => [
          taskKey(group),
          barrierHeadKey(group),
          barrierNodeKey({ group, level, node }),
          { pk: payloadPk(group), sk: pieceSk(node) },
          revocationKey(node, group),
        ]);
        expect(new Set(keys.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(keys.length);
        for (const { pk, sk } of keys) {
          expect(Buffer.byteLength(pk)).toBeLessThan(2_048);
          expect(Buffer.byteLength(sk)).toBeLessThan(1_024);
        }
      }),
      { seed: SEED, numRuns: 5_000 },
    );
  });
});
