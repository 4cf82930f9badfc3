// biome-ignore-all lint/suspicious/noExplicitAny: a canvas that travels as data has lost its types
import { type AnySignature, chain, chord, group } from 'celeriac';
import type { CeleryTasks } from './celery-tasks.ts';
import { BOOM, CHORD_ERROR, type Row } from './celery-world.ts';

type T = CeleryTasks;

/** A task that goes on as this canvas, whatever it is given. */
export function replacedBy(t: T, canvas: AnySignature): any {
  return t.rAny.s(data(canvas));
}

/** The same as the first of its canvas. */
export function beginsReplacedBy(t: T, canvas: AnySignature): any {
  return t.rAny.s(null, data(canvas));
}

function data(canvas: AnySignature): any {
  return JSON.parse(JSON.stringify(canvas));
}

/** Celery's section 2.5: replace. */
export const REPLACE: readonly Row[] = [
  { no: '135', title: 'by a task', make: (t) => t.addR.s(3, 4), value: 7 },
  { no: '137', title: 'by a chord', make: (t) => t.rChord.s(10), value: 23 },
  {
    no: '139a',
    title: 'as a member of a group',
    make: (t) => group([t.id.s(42), t.rChain.s(1337), t.id.s(31337)]),
    value: [42, 1337, 31337],
  },
  {
    no: '139b',
    title: 'as a member of a header',
    make: (t) => chord([t.id.s(42), t.rChain.s(1337), t.id.s(31337)], t.id.s()),
    value: [42, 1337, 31337],
  },
  {
    no: '143',
    title: 'by an empty chain fails the task',
    make: (t) => chain(t.id.s(1), t.rEmpty.s()),
    fails: { code: 'INVALID_OPTION' },
    states: 'SUCCESS FAILURE',
    dead: ['rEmpty'],
  },
  {
    no: '144',
    title: 'by a chain with a link of its own, in the middle of a chain',
    make: (t) =>
      chain(
        t.id.s('Hello '),
        replacedBy(t, chain(t.id.s('Hello '), t.id.s()).link(t.echo.si('inner'))),
        t.add.s('world'),
      ),
    value: 'Hello world',
    log: ['inner'],
  },
  {
    no: '145',
    title: 'by a chain that fails: its errback and the outer one, once each',
    make: (t) =>
      chain(
        t.id.s(1),
        replacedBy(t, chain(t.id.s(1), t.fail.s(), t.id.s()).linkError(t.ebTag.s('inner'))),
        t.id.s(),
      ).linkError(t.ebTag.s('outer')),
    fails: BOOM,
    states: 'SUCCESS FAILURE FAILURE',
    log: ['inner', 'outer'],
    dead: ['fail'],
  },
  {
    no: '146',
    title: 'inside a replacement',
    make: (t) => t.into.s('ABC'),
    value: null,
    inOrder: ['In A', 'In B', 'C', 'Out B', 'Out A'],
  },
];

/** What a task may be replaced by, and what that gives. */
const BY: readonly (readonly [string, (t: T) => AnySignature, unknown])[] = [
  ['a task', (t) => t.id.s(7), 7],
  ['a chain', (t) => chain(t.id.s(6), t.add.s(1)), 7],
  ['a group', (t) => group([t.id.s(7), t.id.s(8)]), [7, 8]],
  ['an empty group', () => group([]), []],
  ['a chord', (t) => chord([t.id.s(7), t.id.s(8)], t.tsum.s()), 15],
  ['a map', (t) => t.id.map([7]), [7]],
  ['a chain that ends in a group', (t) => chain(t.id.s(6), group([t.add.s(1)])), [7]],
  ['a task that is replaced by a chain', (t) => t.rChain.s(7), 7],
];

/** Where it may stand, as what, and what that gives. */
const PLACES: readonly (readonly [string, (t: T, canvas: AnySignature) => AnySignature, (value: any) => unknown])[] = [
  ['alone', (t, by) => beginsReplacedBy(t, by), (value) => value],
  ['as the first step', (t, by) => chain(beginsReplacedBy(t, by), t.id.s()), (value) => value],
  ['in the middle', (t, by) => chain(t.id.s(1), replacedBy(t, by), t.id.s()), (value) => value],
  ['as the last step', (t, by) => chain(t.id.s(1), replacedBy(t, by)), (value) => value],
  ['as a member', (t, by) => group([beginsReplacedBy(t, by), t.id.s(2)]), (value) => [value, 2]],
  ['in a header', (t, by) => chord([t.id.s(1), beginsReplacedBy(t, by)], t.id.s()), (value) => [1, value]],
  ['as a body', (t, by) => chord([t.id.s(1)], replacedBy(t, by)), (value) => value],
  [
    'as a body with a step behind it',
    (t, by) => chain(chord([t.id.s(1)], replacedBy(t, by)), t.id.s()),
    (value) => value,
  ],
  [
    'at the end of a chain in a nested group',
    (t, by) => group([group([chain(t.id.s(1), replacedBy(t, by))]), t.id.s(2)]),
    (value) => [[value], 2],
  ],
];

/** Every replacement in every place. */
export const EVERYWHERE: readonly Row[] = PLACES.flatMap(([place, put, wrap]) =>
  BY.map(([what, by, value]) => ({
    no: 'replace',
    title: `${place}, by ${what}`,
    make: (t: T) => put(t, by(t)),
    value: wrap(value),
  })),
);

/** A replacement that fails, in every place. */
export const FAILING_EVERYWHERE: readonly Row[] = PLACES.flatMap(([place, put]) => [
  {
    no: 'replace',
    title: `${place}, by a chain that fails in its middle`,
    make: (t: T) => put(t, chain(t.id.s(1), t.fail.s(), t.rec.s('never'))),
    fails: place.includes('header') || place.includes('nested') ? CHORD_ERROR : BOOM,
    log: [],
    dead: ['fail'],
  },
  {
    no: 'replace',
    title: `${place}, by a chord whose header fails`,
    make: (t: T) => put(t, chord([t.fail.si(), t.id.s(1)], t.rec.s('never'))),
    fails: CHORD_ERROR,
    log: [],
    dead: ['fail'],
  },
  {
    no: 'replace',
    title: `${place}, by a group of which one is ignored`,
    make: (t: T) => put(t, group([t.ignore.si(), t.id.s(1)])),
    fails: CHORD_ERROR,
    log: [],
  },
]);

/** Beyond the sample: links, retries, many times. */
export const MORE_REPLACE: readonly Row[] = [
  {
    no: 'links',
    title: 'the links of the task and those of its replacement, once each',
    make: (t) =>
      chain(
        t.id.s(1),
        replacedBy(t, group([t.id.s(7).link(t.rec.s('member'))]).pipe(t.id.s().link(t.rec.s('inner')))).link(
          t.rec.s('host'),
        ),
      ).link(t.rec.s('chain')),
    value: [7],
    log: ['member:7', 'inner:[7]', 'host:[7]', 'chain:[7]'],
  },
  {
    no: 'links',
    title: 'of a task that is replaced by a bare group',
    make: (t) => beginsReplacedBy(t, group([t.id.s(7)])).link(t.rec.s('host')),
    value: [7],
    log: ['host:[7]'],
  },
  {
    no: 'errbacks',
    title: 'of the task, of its replacement, and of the step in it that fails, once each',
    make: (t) =>
      beginsReplacedBy(
        t,
        chain(t.fail.si().linkError(t.ebTag.s('step')), t.id.s()).linkError(t.ebTag.s('inner')),
      ).linkError(t.ebTag.s('host')),
    fails: BOOM,
    log: ['step', 'inner', 'host'],
    dead: ['fail'],
  },
  {
    no: 'errbacks',
    title: 'of a group that replaces: for each member, and once outside',
    make: (t) =>
      chain(
        replacedBy(t, group([t.fail.si(), t.fail.si(), t.id.s(1)]).linkError(t.ebTag.s('member'))),
        t.id.s(),
      ).linkError(t.ebTag.s('outer')),
    given: [null],
    fails: CHORD_ERROR,
    log: ['member', 'member', 'outer'],
    dead: ['fail', 'fail'],
  },
  { no: 'again', title: 'twenty times', make: (t) => chain(t.rTimes.s(0, 20), t.add.s(1)), value: 21 },
  {
    no: 'again',
    title: 'a hundred times and more is a loop',
    make: (t) => chain(t.rTimes.s(0, 200), t.add.s(1)),
    fails: { code: 'HOP_LIMIT' },
    states: 'FAILURE FAILURE',
    dead: ['rTimes'],
  },
  {
    no: 'again',
    title: 'a member of a replacement is replaced by a group of replaced ones',
    make: (t) =>
      beginsReplacedBy(t, chord([beginsReplacedBy(t, group([t.rChain.s(1), t.rChord.s(1)])), t.id.s(3)], t.id.s())),
    value: [[1, 5], 3],
  },
  {
    no: 'retry',
    title: 'a replacement that is retried',
    make: (t) => chain(beginsReplacedBy(t, t.again.s(7, 2)), t.add.s(1)),
    value: 8,
  },
  {
    no: 'retry',
    title: 'a replacement that is retried with other arguments',
    make: (t) => chain(beginsReplacedBy(t, chain(t.id.s(1), t.other.s())), t.add.s(1)),
    value: 3,
  },
  {
    no: 'ignoreResult',
    title: 'a replacement whose result is ignored is forwarded',
    make: (t) => chord([beginsReplacedBy(t, t.ign.s(7)), t.id.s(1)], t.id.s()),
    value: [7, 1],
  },
  {
    no: 'end',
    title: 'a replacement that ends by Ignore',
    make: (t) => chain(beginsReplacedBy(t, t.ignore.si()), t.rec.s('never')),
    fails: { code: 'TASK_IGNORED' },
    states: 'IGNORED FAILURE',
    log: [],
  },
  {
    no: 'end',
    title: 'a replacement that expires',
    make: (t) => chain(beginsReplacedBy(t, t.id.s(1).set({ countdown: 5, expires: 1 })), t.rec.s('never')),
    fails: { code: 'TASK_REVOKED' },
    states: 'REVOKED REVOKED',
    log: [],
  },
  {
    no: 'end',
    title: 'a replacement by what nobody has',
    make: (t) => chain(beginsReplacedBy(t, t.elsewhere()), t.rec.s('never')),
    fails: { code: 'UNKNOWN_TASK' },
    states: 'FAILURE FAILURE',
    log: [],
    dead: ['nowhere'],
  },
];
