import { chain, chord, group } from 'celeriac';
import { CHORD_ERROR, type Row, textWith } from './celery-world.ts';

/** The workflows of Celery's section 2.6: retries. */
export const RETRY: readonly Row[] = [
  {
    no: '160',
    title: 'the step behind a retried one runs once',
    make: (t) => chain(t.id.s(3), t.again.s(2), t.rec.s('next'), t.add.s(1)),
    value: 4,
    inOrder: ['again:3', 'again:3', 'again:3', 'next:3'],
  },
  {
    no: '161',
    title: 'two members are retried: the body runs once',
    make: (t) => chord([t.again.s(1, 1), t.again.s(2, 2), t.id.s(3)], t.rec.s('body')),
    value: [1, 2, 3],
    log: ['again:1', 'again:1', 'again:2', 'again:2', 'again:2', 'body:[1,2,3]'],
  },
  {
    no: '162',
    title: 'a member uses up its retries: the body does not run',
    make: (t) => chord([t.again.s(1, 9), t.id.s(2)], t.rec.s('body')),
    fails: { ...CHORD_ERROR, failures: [{ index: 0, state: 'FAILURE', error: 'E: not yet 3' }] },
    states: '[FAILURE SUCCESS] FAILURE',
    log: ['again:1', 'again:1', 'again:1', 'again:1'],
    dead: ['again'],
  },
];

/** Beyond the sample: where a retry may happen. */
export const MORE_RETRY: readonly Row[] = [
  { no: 'step', title: 'the first step', make: (t) => chain(t.again.s(1, 1), t.add.s(1)), value: 2 },
  { no: 'step', title: 'the last step', make: (t) => chain(t.id.s(1), t.again.s(3)), value: 1 },
  { no: 'step', title: 'every step', make: (t) => chain(t.again.s(1, 1), t.again.s(2), t.again.s(3)), value: 1 },
  {
    no: 'step',
    title: 'uses up its retries: its error is that of the chain',
    make: (t) => chain(t.id.s(1), t.again.s(9), t.rec.s('never')),
    fails: { name: 'E', message: 'not yet 3' },
    states: 'SUCCESS FAILURE FAILURE',
    dead: ['again'],
  },
  {
    no: 'body',
    title: 'a body reads its list again',
    make: (t) => chord([t.id.s(1), t.id.s(2)], t.again.s(2)),
    value: [1, 2],
    log: ['again:[1,2]', 'again:[1,2]', 'again:[1,2]'],
  },
  {
    no: 'body',
    title: 'and the step behind it',
    make: (t) => chain(chord([t.id.s(1)], t.again.s(1)), t.count.s()),
    value: 1,
  },
  {
    no: 'body',
    title: 'a body that is retried with other arguments has them instead of its list',
    make: (t) => chord([t.id.s('a'), t.id.s('b')], t.otherList.s()),
    value: ['a', 'b', 'again'],
  },
  {
    no: 'moved',
    title: 'a step with other arguments',
    make: (t) => chain(t.id.s(1), t.other.s(), t.add.s(10)),
    value: 12,
  },
  {
    no: 'moved',
    title: 'members with other arguments',
    make: (t) => chord([t.other.s(1), t.id.s(5), group([t.other.s(2)])], t.id.s()),
    value: [2, 5, [3]],
  },
  {
    no: 'moved',
    title: 'a step with a large result before it has other arguments instead',
    make: (t) => chain(t.large.s([], 240_000), t.texts.s(), t.otherList.s(), t.count.s()),
    value: 2,
  },
  {
    no: 'retry',
    title: 'a step with a large result before it',
    make: (t) => chain(t.large.s(1, 300_000), t.again.s(2), t.size.s()),
    value: 300_000,
    log: [largeLine(), largeLine(), largeLine()],
  },
  {
    no: 'map',
    title: 'a map is retried as a whole',
    make: (t) =>
      t.again.starmap([
        [1, 1],
        [2, 0],
      ]),
    value: [1, 2],
  },
  {
    no: 'links',
    title: 'links once, at the success',
    make: (t) => chain(t.again.s(1, 2).link(t.rec.s('link')).linkError(t.ebTag.s('never')), t.id.s()),
    value: 1,
    inOrder: ['again:1', 'again:1', 'again:1', 'link:1'],
  },
  {
    no: 'links',
    title: 'errbacks once, at the failure',
    make: (t) => chain(t.again.s(1, 9).link(t.rec.s('never')), t.id.s()).linkError(t.eb.s()),
    fails: { name: 'E' },
    inOrder: ['again:1', 'again:1', 'again:1', 'again:1', 'eb:again:E'],
    dead: ['again'],
  },
  {
    no: 'nested',
    title: 'a member of a chord in a header',
    make: (t) => chord([chord([t.again.s(1, 1), t.id.s(2)], t.tsum.s()), t.again.s(3, 1)], t.id.s()),
    value: [3, 3],
  },
  {
    no: 'expires',
    title: 'a member whose retry comes too late',
    make: (t) => chord([t.late.s(1).set({ expires: 2 }), t.id.s(2)], t.rec.s('never')),
    fails: {
      ...CHORD_ERROR,
      failures: [{ index: 0, state: 'REVOKED', error: textWith('TaskRevokedError', 'expired') }],
    },
    states: '[REVOKED SUCCESS] FAILURE',
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'a step whose retry comes too late',
    make: (t) => chain(t.id.s(1), t.late.s().set({ expires: 2 }), t.rec.s('never')),
    fails: { code: 'TASK_REVOKED' },
    states: 'SUCCESS REVOKED REVOKED',
    log: [],
    timed: true,
  },
];

function largeLine(): string {
  return `again:${JSON.stringify({ x: 1, text: 'x'.repeat(300_000) })}`;
}
