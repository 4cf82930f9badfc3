import { type AnySignature, chain, chord, group } from 'celeriac';
import type { CeleryTasks } from './celery-tasks.ts';
import type { Row } from './celery-world.ts';

type T = CeleryTasks;

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

function shape(no: string, value: unknown, make: (t: T) => AnySignature): Row {
  return { no: '2.9', title: no, make, value };
}

const one = (t: T) => t.add.s(1, 1);
const first = (t: T) => group([t.add.s(1, 1), t.add.s(1, 2)]);
const fan = (t: T) => group([t.add.s(1), t.add.s(2)]);
const five = (t: T) => chord([t.add.s(1, 1), t.add.s(1, 2)], t.tsum.s());
