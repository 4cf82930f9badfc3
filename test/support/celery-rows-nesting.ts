import { chain, chord, group } from 'celeriac';
import type { CeleryTasks } from './celery-tasks.ts';
import type { Row } from './celery-world.ts';

type T = CeleryTasks;

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

/** Members that are made while they are sent. */
function* stream(length: number, t: T): Generator<ReturnType<T['id']['si']>> {
  for (let n = 0; n < length; n++) yield t.id.si(n);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}
