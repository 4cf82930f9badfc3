import { chain, chord, group } from 'celeriac';
import { CHORD_ERROR, chordError, type Row } from './celery-world.ts';

/** Begins too late: it has expired by then. */
const LATE = { countdown: 5, expires: 1 } as const;
const REVOKED = { name: 'TaskRevokedError', code: 'TASK_REVOKED' };
const REVOKED_TEXT = 'TaskRevokedError: expired';

/** The workflows of Celery's section 2.7 that expire. */
export const EXPIRY: readonly Row[] = [
  {
    no: '175',
    title: 'the head of a chain: what follows is revoked as well',
    make: (t) => chain(t.id.s(1).set(LATE), t.rec.s('never'), t.rec.s('never')),
    fails: REVOKED,
    states: 'REVOKED REVOKED REVOKED',
    log: [],
    timed: true,
  },
  {
    no: '176',
    title: 'a member of a header',
    make: (t) => chord([t.id.s(1).set(LATE), t.rec.s(2, 'ran')], t.rec.s('never')),
    fails: chordError([0, 'REVOKED', REVOKED_TEXT]),
    states: '[REVOKED SUCCESS] FAILURE',
    log: ['ran:2'],
    timed: true,
  },

  // beyond the sample
  {
    no: 'expires',
    title: 'a step in the middle',
    make: (t) => chain(t.id.s(1), t.id.s().set(LATE), t.rec.s('never')),
    fails: REVOKED,
    states: 'SUCCESS REVOKED REVOKED',
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'the last step',
    make: (t) => chain(t.id.s(1), t.id.s().set(LATE)),
    fails: REVOKED,
    states: 'SUCCESS REVOKED',
    timed: true,
  },
  {
    no: 'expires',
    title: 'a body',
    make: (t) => chain(chord([t.id.s(1)], t.rec.s('never').set(LATE)), t.rec.s('never')),
    fails: REVOKED,
    states: '[SUCCESS] REVOKED REVOKED',
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'a step before a group: its members are revoked',
    make: (t) => chain(t.id.s(1).set(LATE), group([t.rec.s('never'), group([t.rec.s('never')])]), t.count.s()),
    fails: REVOKED,
    states: 'REVOKED [REVOKED REVOKED] REVOKED',
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'a member of a group',
    make: (t) => group([t.id.s(1), t.id.s(2).set(LATE)]),
    fails: REVOKED,
    states: '[SUCCESS REVOKED]',
    timed: true,
  },
  {
    no: 'expires',
    title: 'the first step of a member, in a nested chord',
    make: (t) => chord([chord([chain(t.id.s(1).set(LATE), t.rec.s('never'))], t.rec.s('never'))], t.rec.s('never')),
    fails: CHORD_ERROR,
    states: '[FAILURE] FAILURE',
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'all of a header',
    make: (t) => chord(group([t.id.s(1), t.id.s(2)]).set(LATE), t.rec.s('never')),
    fails: chordError([0, 'REVOKED', REVOKED_TEXT], [1, 'REVOKED', REVOKED_TEXT]),
    states: '[REVOKED REVOKED] FAILURE',
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'a tolerant chord bears it',
    make: (t) => chord([t.id.s(1).set(LATE), t.id.s(2)], t.statuses.s(), { onError: 'settle' }),
    value: ['REVOKED', 'SUCCESS'],
    timed: true,
  },
  {
    no: 'expires',
    title: 'a link that expires is nobody else’s matter',
    make: (t) => t.id.s(1).link(t.rec.s('never').set(LATE)),
    value: 1,
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'an end by a given moment reaches every step',
    make: (t) =>
      chain(t.id.s(1), t.id.s().set({ countdown: 10 }), t.rec.s('never')).set({
        expires: new Date(Date.UTC(2026, 0, 1, 0, 0, 5)),
      }),
    fails: REVOKED,
    states: 'SUCCESS REVOKED REVOKED',
    log: [],
    timed: true,
  },
  {
    no: 'expires',
    title: 'a duration counts for each task from when that is sent',
    make: (t) => chain(t.slow.s(1, 3), t.slow.s(3), t.slow.s(3)).set({ expires: 5 }),
    value: 1,
    timed: true,
  },
];
