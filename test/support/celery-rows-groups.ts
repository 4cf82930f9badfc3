import { type AnySignature, chain, chord, group } from 'celeriac';
import type { CeleryTasks } from './celery-tasks.ts';
import type { Row } from './celery-world.ts';

type T = CeleryTasks;

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

/** Section 2.9: what each operator shape gives; the shapes themselves are no part of ours. */
export const SHAPES: readonly Row[] = [
  shape('t|group', [3, 4], (t) => one(t).pipe(fan(t))),
  shape('group|t', [2, 3], (t) => first(t).pipe(t.id.s())),
  shape(
    'group|group',
    [
      [2, 3, 1],
      [2, 3, 2],
    ],
    (t) => first(t).pipe(group([t.add.s([1]), t.add.s([2])])),
  ),
  shape('group|chain', [2, 3, 1, 2], (t) => first(t).pipe(chain(t.add.s([1]), t.add.s([2])))),
  shape('t|group|t', 7, (t) => one(t).pipe(fan(t)).pipe(t.tsum.s())),
  shape('t|group|t|t', 8, (t) => one(t).pipe(fan(t)).pipe(t.tsum.s()).pipe(t.add.s(1))),
  shape('t|group|group', [7, [3, 4]], (t) =>
    one(t)
      .pipe(fan(t))
      .pipe(group([t.tsum.s(), t.id.s()])),
  ),
  shape('t|group|group|t', [7, [3, 4]], (t) =>
    one(t)
      .pipe(fan(t))
      .pipe(group([t.tsum.s(), t.id.s()]))
      .pipe(t.id.s()),
  ),
  shape('chord|t', 6, (t) => five(t).pipe(t.add.s(1))),
  shape('chord|group', [6, 7], (t) => five(t).pipe(fan(t))),
  shape('chord|group|t', 13, (t) => five(t).pipe(fan(t)).pipe(t.tsum.s())),
  shape('chord|chain', 8, (t) => five(t).pipe(chain(t.add.s(1), t.add.s(2)))),
  shape('chord|chord', 13, (t) => five(t).pipe(chord([t.add.s(1), t.add.s(2)], t.tsum.s()))),
  shape('t|chord|t', 8, (t) =>
    one(t)
      .pipe(chord([t.add.s(1), t.add.s(2)], t.tsum.s()))
      .pipe(t.add.s(1)),
  ),
  shape('t|chord|chord', 17, (t) => {
    const next = () => chord([t.add.s(1), t.add.s(2)], t.tsum.s());
    return one(t).pipe(next()).pipe(next());
  }),
  shape('t|group(1)', [3], (t) => one(t).pipe(group([t.add.s(1)]))),
  shape('group(1)|t', [2], (t) => group([t.add.s(1, 1)]).pipe(t.id.s())),
  // the compiler knows that an empty group takes nothing: here is what comes of it
  shape('group|group()', [], (t) => first(t).pipe(group([]) as never)),
  shape('t|group()', [], (t) => one(t).pipe(group([]) as never)),
  shape('group()|group()', [], (t) => chain(group([]), group([]) as never, t.id.s())),
];

/** Beyond the sample: nesting, empty groups, groups of one, large groups, links of values that are ignored. */
export const NESTING: readonly Row[] = [
  {
    no: 'nested',
    title: 'differs: a group in a group keeps its shape',
    make: (t) => group([group([t.id.s(1), group([t.id.s(2)])]), t.id.s(3)]),
    value: [[1, [2]], 3],
  },
  {
    no: 'nested',
    title: 'differs: so does a group in a header',
    make: (t) => chord([group([t.id.s(1), t.id.s(2)]), t.id.s(3), group([group([])])], t.id.s()),
    value: [[1, 2], 3, [[]]],
  },
  {
    no: 'nested',
    title: 'a result is forwarded to every depth of a group',
    make: (t) => chain(t.id.s(1), group([group([t.add.s(1), group([t.add.s(2)])]), t.add.s(3)])),
    value: [[2, [3]], 4],
  },
  {
    no: 'nested',
    title: 'arguments of the call as well, but into no empty group',
    make: (t) => group([group([t.add.s(1)]), group([]), chord([t.add.s(1)], t.id.s())]),
    given: [1],
    value: [[2], [], [2]],
  },
  { no: 'empty', title: 'an empty group alone', make: () => group([]), value: [] },
  { no: 'empty', title: 'at the end of a chain', make: (t) => chain(t.id.s(1), group([]) as never), value: [] }, // takes nothing
  { no: 'empty', title: 'as the only member', make: () => group([group([])]), value: [[]] },
  { no: 'empty', title: 'beside others', make: (t) => group([group([]), t.id.s(1), group([])]), value: [[], 1, []] },
  { no: 'empty', title: 'as a body', make: (t) => chord([t.id.s(1)], group([]) as never), value: [] }, // takes nothing
  {
    no: 'empty',
    title: 'a chord of an empty header whose body is one',
    make: (t) => chain(chord([], chord([], t.id.s()) as never), t.id.s()), // takes nothing
    value: [],
  },
  {
    no: 'empty',
    title: 'between two groups',
    make: (t) => chain(group([t.id.s(1), t.id.s(2)]), group([]) as never, group([t.id.s(), t.add.s([3])])), // takes nothing
    value: [[], [3]],
  },
  {
    no: 'empty',
    title: 'three in a row',
    make: (t) => chain(group([]), group([]) as never, group([]) as never, t.id.s()),
    value: [],
  }, // they take nothing
  {
    no: 'empty',
    title: 'an empty header in a member of a header',
    make: (t) => chord([chord([], t.id.s()), chain(group([]), t.add.s([1]))], t.id.s()),
    value: [[], [1]],
  },
  { no: 'one', title: 'a group of one alone', make: (t) => group([t.id.s(1)]), value: [1] },
  { no: 'one', title: 'in the middle', make: (t) => chain(t.id.s(1), group([t.add.s(1)]), t.id.s()), value: [2] },
  { no: 'one', title: 'in one of one', make: (t) => group([group([group([t.id.s(1)])])]), value: [[[1]]] },
  { no: 'one', title: 'a chord of one member', make: (t) => chord([t.id.s(1)], t.tsum.s()), value: 1 },
  {
    no: 'order',
    title: 'of a nested group as well',
    make: (t) => group([t.slow.s(1, 3), group([t.slow.s(2, 2), t.slow.s(3, 1)]), t.id.s(4)]),
    value: [1, [2, 3], 4],
  },
  {
    no: 'body',
    title: 'extra arguments of a body follow the list',
    make: (t) => chord([t.id.s(1), t.id.s(2)], t.rec.s('body')),
    value: [1, 2],
    log: ['body:[1,2]'],
  },
  {
    no: 'body',
    title: 'a group as a body gives the list to each of its members',
    make: (t) => chord([t.id.s(1), t.id.s(2)], group([t.tsum.s(), t.id.s()])),
    value: [3, [1, 2]],
  },
  {
    no: 'body',
    title: 'a chain as a body that begins with an immutable step',
    make: (t) => chord([t.id.s(1)], chain(t.id.si(5), t.add.s(1))),
    value: 6,
  },
  {
    no: 'body',
    title: 'a map as a body takes nothing, and waits for the header all the same',
    make: (t) => chord([t.rec.s(1, 'header')], t.rec.starmap([[2, 'body']])),
    value: [2],
    inOrder: ['header:1', 'body:2'],
  },
  {
    no: 'body',
    title: 'bodies four deep',
    make: (t) => chord([t.id.s(1)], chord([t.id.s()], chord([t.id.s()], chord([t.xsum.s()], t.tsum.s())))),
    value: 1,
  },
  {
    no: 'ignoreResult',
    title: 'of a member of a group and of the steps before it',
    make: (t) => group([chain(t.ign.s(1), t.ign.s()), t.ign.s(2)]),
    value: [1, 2],
  },
  {
    no: 'ignoreResult',
    title: 'for a whole chord: nobody waits for its body, and the body has its list',
    make: (t) => chord([t.id.s(1), t.id.s(2)], t.rec.s('body')),
    options: { ignoreResult: true },
    value: null,
    log: ['body:[1,2]'],
    unstored: true,
  },
  {
    no: 'large',
    title: 'a hundred members fill a leaf',
    make: (t) =>
      chord(
        range(100).map((n) => t.id.s(n)),
        t.tsum.s(),
      ),
    value: 4_950,
  },
  {
    no: 'large',
    title: 'one more begins another',
    make: (t) =>
      chord(
        range(101).map((n) => t.id.s(n)),
        t.id.s(),
      ),
    value: range(101),
  },
  {
    no: 'stream',
    title: 'a header of a generator',
    make: (t) => chord(stream(23, t), t.tsum.s()),
    value: 253,
  },
  {
    no: 'stream',
    title: 'a generator of nothing',
    make: (t) => chord(stream(0, t), t.id.s()),
    value: [],
  },
  {
    no: 'stream',
    title: 'a generator in a group in a group is listed',
    make: (t) => group([t.id.s(9), group(stream(3, t))]),
    value: [9, [0, 1, 2]],
  },
];

function shape(no: string, value: unknown, make: (t: T) => AnySignature): Row {
  return { no: '2.9', title: no, make, value };
}

const one = (t: T) => t.add.s(1, 1);
const first = (t: T) => group([t.add.s(1, 1), t.add.s(1, 2)]);
const fan = (t: T) => group([t.add.s(1), t.add.s(2)]);
const five = (t: T) => chord([t.add.s(1, 1), t.add.s(1, 2)], t.tsum.s());

/** Members that are made while they are sent. */
function* stream(length: number, t: T): Generator<ReturnType<T['id']['si']>> {
  for (let n = 0; n < length; n++) yield t.id.si(n);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}
