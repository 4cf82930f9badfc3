import { chain, group } from 'celeriac';
import type { Row } from './celery-world.ts';

/** Celery's section 2.1: chains and partials. */
export const CHAINS: readonly Row[] = [
  { no: '1', title: 'adds three times', make: (t) => chain(t.add.s(4, 4), t.add.s(8), t.add.s(16)), value: 32 },
  { no: '3', title: 'prepends what a partial is given', make: (t) => t.sub.s(10), given: [30], value: 20 },
  { no: '4', title: 'prepends the result of the step before', make: (t) => chain(t.id.s(30), t.sub.s(10)), value: 20 },
  {
    no: '5',
    title: 'immutable steps take nothing',
    make: (t) => chain(t.add.si(2, 2), t.add.si(4, 4), t.add.si(8, 8)),
    value: 16,
    states: 'SUCCESS SUCCESS SUCCESS',
  },
  {
    no: '6',
    title: 'a chain of partials gives its first step what it is given',
    make: (t) => chain(t.add.s(4), t.mul.s(8)),
    given: [16],
    value: 160,
  },
  {
    no: '7',
    title: 'a chain as a step of a chain',
    make: (t) => chain(t.add.s(4, 16), t.mul.s(2), chain(t.add.s(4), t.mul.s(8))),
    value: 352,
  },
  { no: '8', title: 'a chain in a chain of one', make: (t) => chain(chain(t.id.s(42))), value: 42 },
  { no: '9', title: 'null is forwarded', make: (t) => chain(t.none.s(), t.id.s()), value: null },
  {
    no: '12',
    title: 'an immutable step without arguments',
    make: (t) => chain(t.add.s(1, 1), t.noargs.si()),
    value: 'noargs',
  },
  {
    no: '13',
    title: 'one argument too many fails the step that gets it, and no other',
    // the compiler refuses it, as it should: here it is the worker's turn
    make: (t) => chain(t.add.s(1, 1), t.noargs.s() as never),
    fails: { name: 'InvalidArgumentsError', code: 'INVALID_ARGUMENTS' },
    states: 'SUCCESS FAILURE',
    dead: ['noargs'],
  },
  {
    no: '14',
    title: 'differs: an object of options is an ordinary last argument, of the step that it is given to',
    make: (t) => chain(t.addZ.s(1, 2, { z: 100 }), t.addZ.s(10, {})),
    value: 113,
  },
  {
    no: '16',
    title: 'fifty steps',
    make: (t) => chain(t.add.s(0, 0), ...Array.from({ length: 50 }, () => t.add.s(1))),
    value: 50,
  },
  {
    no: '17a',
    title: 'a chain of partials in a chain',
    make: (t) => chain(chain(t.id.s(), t.id.s())),
    given: [1],
    value: 1,
  },
  {
    no: '17b',
    title: 'chains four deep',
    make: (t) => chain(chain(chain(t.id.s(), chain(t.add.s(1), chain(t.add.s(1)))), t.add.s(1)), t.id.s()),
    given: [1],
    value: 4,
  },
  {
    no: '20',
    title: 'map calls the task for each item',
    make: (t) => t.tsum.map([range(10), range(100)]),
    value: [45, 4950],
  },
  {
    no: '22',
    title: 'map takes nothing from the step before',
    make: (t) => chain(t.add.s(1, 1), t.tsum.map([[1, 2], [3]])),
    value: [3, 3],
  },
  {
    no: '23',
    title: 'starmap gives its list to the step behind it',
    make: (t) =>
      chain(
        t.add.starmap([
          [1, 1],
          [2, 2],
        ]),
        t.tsum.s(),
      ),
    value: 6,
  },
  {
    no: '26',
    title: 'one item fails a starmap as a whole',
    make: (t) =>
      t.mul.starmap([
        [1, 2],
        [null as never, null as never], // no number: the item that fails
      ]),
    fails: { name: 'TypeError' },
    dead: ['mul'],
  },

  // beyond the sample
  {
    no: 'prepend',
    title: 'two arguments that were missing stand before those that were bound',
    make: (t) => t.addZ.s({ z: 3 }),
    given: [1, 2],
    value: 6,
  },
  {
    no: 'prepend',
    title: 'arguments go only to what a canvas begins with',
    make: (t) => chain(t.sub.s(), t.add.si(1, 1), t.sub.s(5)),
    given: [30, 10],
    value: -3,
  },
  {
    no: 'immutable',
    title: 'an immutable first step takes nothing from the call either',
    make: (t) => chain(t.add.si(1, 1), t.add.s(1)),
    given: [100],
    value: 3,
  },
  {
    no: 'immutable',
    title: 'the step behind an immutable one gets its result, not what came before',
    make: (t) => chain(t.id.s('lost'), t.id.si('kept'), t.id.s()),
    value: 'kept',
  },
  { no: 'null', title: 'null is forwarded twice', make: (t) => chain(t.none.s(), t.id.s(), t.id.s()), value: null },
  {
    no: 'null',
    title: 'null is given to a step with an argument of its own',
    make: (t) => chain(t.none.s(), t.rec.s('got')),
    value: null,
    log: ['got:null'],
  },
  {
    no: 'null',
    title: 'a task that gives nothing and whose result is ignored still forwards null',
    make: (t) => chain(t.ign.s(null), t.id.s()),
    value: null,
  },
  {
    no: 'ignoreResult',
    title: 'an ignored result is forwarded all the same',
    make: (t) => chain(t.ign.s(7), t.add.s(1), t.ign.s(), t.add.s(1)),
    value: 9,
  },
  {
    no: 'ignoreResult',
    title: 'of the last step nobody waits',
    make: (t) => chain(t.add.s(1, 1), t.ign.s()),
    value: null,
    unstored: true,
  },
  {
    no: 'each',
    title: 'map and starmap of nothing give an empty list',
    make: (t) => chain(t.id.map([]), t.id.s()),
    value: [],
  },
  {
    no: 'each',
    title: 'chunks is a group of starmaps, the last one shorter',
    make: (t) =>
      t.add.chunks(
        range(5).map((n): [number, number] => [n, n]),
        2,
      ),
    value: [[0, 2], [4, 6], [8]],
  },
  {
    no: 'each',
    title: 'chunks of nothing give an empty list',
    make: (t) => chain(t.add.chunks([], 2), t.id.s()),
    value: [],
  },
  {
    no: 'large',
    title: 'a result that is too large for a message is forwarded by reference',
    make: (t) => chain(t.large.s('x', 400_000), t.size.s()),
    value: 400_000,
  },
  {
    no: 'large',
    title: 'so is one in a list',
    make: (t) => chain(group([t.large.s('a', 300_000), t.large.s('b', 300_000)]), t.sizes.s()),
    value: 600_000,
  },
  {
    no: 'long',
    title: 'a remainder that is too large to travel is stored once',
    make: (t) => chain(t.id.s('a'), ...Array.from({ length: 40 }, () => t.add.s('x'.repeat(1_000))), t.length.s()),
    value: 40_001,
  },
];

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}
