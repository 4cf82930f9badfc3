import { chain, chord, group } from 'celeriac';
import type { Row } from './celery-world.ts';

/** Celery's section 2.2: groups and chords that succeed. */
export const GROUPS: readonly Row[] = [
  {
    no: '28',
    title: 'gives every member what it is given',
    make: (t) => group([t.add.s(1), t.add.s(2)]),
    given: [10],
    value: [11, 12],
  },
  {
    no: '33',
    title: 'has definition order, whoever is done first',
    make: (t) => group([t.slow.s(1, 0.6), t.slow.s(2, 0.3), t.slow.s(3, 0)]),
    value: [1, 2, 3],
  },
  {
    no: '35',
    title: 'forwards a result to every member',
    make: (t) => chain(t.add.s(5, 6), group([chain(t.add.s(1), t.add.s(2)), t.add.s(3)])),
    value: [14, 14],
  },
  { no: '37', title: 'a lone group in a chain', make: (t) => chain(group([t.id.s(42), t.id.s(42)])), value: [42, 42] },
  {
    no: '38',
    title: 'differs: a group of one gives a list of one',
    make: (t) => group([chain(t.add.s(1, 2), group([t.add.s(1), t.add.s(2)]))]),
    value: [[4, 5]],
  },
  {
    no: '40',
    title: 'a group in the middle',
    make: (t) => chain(t.id.s(42), group([t.id.s(), t.id.s()]), t.id.s()),
    value: [42, 42],
  },
  {
    no: '41a',
    title: 'a group of one before a task, by pipe',
    make: (t) => group([t.add.s(1, 1)]).pipe(t.id.s()),
    value: [2],
  },
  { no: '41b', title: 'differs: and by chain', make: (t) => chain(group([t.add.s(1, 1)]), t.id.s()), value: [2] },
  {
    no: '41c',
    title: 'differs: a list is not unrolled for a task that takes no list',
    make: (t) => chain(group([t.add.s(1, 1)]), t.add.s(2)),
    fails: { name: 'TypeError' },
    states: '[SUCCESS] FAILURE',
    dead: ['add'],
  },
  { no: '42a', title: 'an empty group forwards an empty list', make: (t) => group([]).pipe(t.id.s()), value: [] },
  { no: '42b', title: 'an immutable step ignores it', make: (t) => chain(group([]), t.id.si(3)), value: 3 },
  {
    no: '42c',
    title: 'an empty group in the middle drops what came before',
    make: (t) => chain(t.add.s(1, 1), group([]) as never, t.id.s()), // it takes nothing, so the compiler asks for `si`
    value: [],
  },
  {
    no: '43',
    title: 'a chord; its parent is the group',
    make: (t) => chord([t.add.s(2, 2), t.add.s(4, 4)], t.tsum.s()),
    value: 12,
    states: '[SUCCESS SUCCESS] SUCCESS',
  },
  {
    no: '44',
    title: 'gives its body the list in header order',
    make: (t) =>
      chord(
        range(5).map((n) => t.slow.si(n, (5 - n) / 10)),
        t.id.s(),
      ),
    value: [0, 1, 2, 3, 4],
  },
  {
    no: '45',
    title: 'an immutable body ignores the list',
    make: (t) => chord([t.add.s(1, 1), t.add.s(2, 2)], t.noargs.si()),
    value: 'noargs',
  },
  {
    no: '47a',
    title: 'an empty header runs the body once, with an empty list',
    make: (t) => chord([], t.rec.s('body')),
    value: [],
    log: ['body:[]'],
  },
  {
    no: '47b',
    title: 'so does one whose body is replaced by a group of nothing',
    make: (t) => chord([], t.addAll.s(9)),
    value: [],
  },
  {
    no: '50',
    title: 'differs: there are no keyword arguments',
    make: (t) => group(range(4).map((n) => t.addZ.s(n, { z: 1 }))).pipe(t.id.s()),
    given: [4],
    value: [5, 6, 7, 8],
  },
  {
    no: '51',
    title: 'chords as members of a header',
    make: (t) =>
      chord(
        [chord([t.add.s(1, 2), t.add.s(3, 4)], t.add.s([5])), chord([t.add.s(6, 7)], t.add.s([10]))],
        t.addAll.s(['A']),
      ),
    value: [
      [3, 7, 5, 'A'],
      [13, 10, 'A'],
    ],
  },
  {
    no: '52',
    title: 'groups of one, four deep',
    make: (t) => {
      const one = group([t.add.s(1, 2)]).pipe(t.add.s([3]));
      const two = group([one]).pipe(t.add.s([4]));
      return group([group([two]).pipe(t.add.s([5]))]).pipe(t.add.s([6]));
    },
    value: [[[[3, 3], 4], 5], 6],
  },
  {
    no: '53',
    title: 'chords in a chain',
    make: (t) =>
      chain(
        t.add.si(1, 0),
        group([t.add.s(1), t.add.s(1)]),
        t.tsum.s(),
        t.add.s(1),
        group([t.add.s(1), t.add.s(1)]),
        t.tsum.s(),
      ),
    value: 12,
  },
  {
    no: '57',
    title: 'six chords in a row',
    make: (t) => {
      const twice = (n: number) => chord([t.add.s(n), t.add.s(n)], t.tsum.s());
      const first = chord([t.add.s(1, 0), t.add.s(1, 0)], t.tsum.s());
      return chain(first, twice(1), twice(0), twice(10), twice(0), twice(1));
    },
    value: 178,
  },
  {
    no: '58',
    title: 'nine chords of three',
    make: (t) => {
      const thrice = (n: number) => chord([t.add.s(n), t.add.s(n), t.add.s(n)], t.tsum.s());
      const first = chord([t.add.si(1, 0), t.add.si(1, 0), t.add.si(1, 0)], t.tsum.s());
      return chain(first, ...range(7).map(() => thrice(1)), thrice(0));
    },
    value: 29520,
  },
  {
    no: '59',
    title: 'a chain as body',
    make: (t) => chord([t.add.s(1, 1), t.add.s(2, 2)], chain(t.tsum.s(), t.add.s(10), t.mul.s(2))),
    value: 32,
  },
  {
    no: '61',
    title: 'a chord as body',
    make: (t) => chord([t.add.s(1, 1), t.add.s(2, 2)], chord([t.tsum.s(), t.xsum.s()], t.tsum.s())),
    value: 12,
  },
  {
    no: '63',
    title: 'a chain as a member of a header counts once',
    make: (t) => chord([chain(t.id.si(1), t.add.s(1), t.add.s(1)), t.id.si(7)], t.id.s()),
    value: [3, 7],
  },
  {
    no: '64',
    title: 'a chain that ends in a group, as the only member',
    make: (t) => chord([chain(t.id.s(42), group([t.id.s(), t.id.s()]))], t.id.s()),
    value: [[42, 42]],
  },
  {
    no: '65',
    title: 'and beside another member',
    make: (t) => chord([t.id.si(1), chain(t.id.s(42), group([t.id.s(), t.id.s()]))], t.id.s()),
    value: [1, [42, 42]],
  },
  {
    no: '66',
    title: 'a chord, a trailing group and a task as members: each has its place',
    make: (t) =>
      chord(
        [
          chain(t.id.si(1), group([t.id.s(), t.add.s(1)]), t.tsum.s()),
          chain(t.id.si(5), group([t.id.s(), t.add.s(1)])),
          t.id.si(9),
        ],
        t.id.s(),
      ),
    value: [3, [5, 6], 9],
  },
  {
    no: '67',
    title: 'a group of chords',
    make: (t) => group(range(2).map(() => chord(group([t.add.s(1, 2), t.add.s(3, 4)]), t.tsum.s()))),
    value: [10, 10],
  },
  {
    no: '68',
    title: 'immutable all the way',
    make: (t) => {
      const add = () => t.add.si(1, 2);
      const member = () => chain(add(), chord([add(), add()], add()));
      return chord([member(), member()], t.add.si(2, 2));
    },
    value: 4,
  },
  {
    no: '72',
    title: 'a group of a chord whose body is a chain of one',
    make: (t) => group([chord([t.id.si(42)], chain(t.id.s()))]),
    value: [[42]],
  },
  {
    no: '74',
    title: 'chords whose tasks are replaced',
    make: (t) =>
      chord(
        [
          chain(chord([t.add.s(1, 2), t.addR.s(3, 4)], t.addAll.s(5)), t.tsum.s()),
          chain(chord([t.addR.s(6, 7), t.add.s(0, 0)], t.addAll.s(8)), t.tsum.s()),
        ],
        t.addAll.s(9),
      ),
    value: [29, 38],
  },
  {
    no: '75',
    title: 'a chord of partials',
    make: (t) => chord([t.id.s(), t.id.s()], t.id.s()).pipe(t.id.s()),
    given: [1],
    value: [1, 1],
  },
  {
    no: '79',
    title: 'a chord gives its result to the members of the next',
    make: (t) =>
      chain(chord([t.add.si(1, 1), t.add.si(2, 2)], t.tsum.s()), chord([t.add.s(1), t.add.s(2)], t.tsum.s())),
    value: 15,
  },
  {
    no: '80',
    title: 'null keeps its place',
    make: (t) => chord([t.none.si(), t.id.si(1)], t.id.s()),
    value: [null, 1],
  },
  {
    no: '81',
    title: 'any JSON keeps its form',
    make: (t) => chord([t.id.si({ a: [1, null, true] }), t.id.si('é✓')], t.id.s()),
    value: [{ a: [1, null, true] }, 'é✓'],
  },
  {
    no: '84',
    title: 'the barrier carries ignored results as well',
    make: (t) => chord([t.ign.s(1), t.id.si(2)], t.id.s()),
    value: [1, 2],
  },
];

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}
