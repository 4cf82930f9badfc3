import { chain, chord, group } from 'celeriac';
import type { ExploredTasks } from './explored-app.ts';
import type { WorkflowScenario } from './explored-scenario.ts';

const oneChord = (t: ExploredTasks) => chord([t.inc.s(0)], t.sum.s());
const streamed = (t: ExploredTasks, count: number) =>
  chord(
    (function* () {
      for (let i = 0; i < count; i++) yield t.inc.s(i);
    })(),
    t.sum.s(),
  );

/** Workflows that run to their end, good or bad, while nobody does anything. */
export const WORKFLOWS: Readonly<Record<string, WorkflowScenario>> = {
  'a chain of three succeeds': {
    canvas: (t) => chain(t.inc.s(0), t.inc.s(), t.inc.s()),
    phases: [{ ends: { '.0': 1, '.1': 2, '': 3 } }],
  },
  'a chord of two succeeds': {
    canvas: (t) => chord([t.inc.s(0), t.inc.s(1)], t.sum.s()),
    phases: [{ ends: { '.0.0': 1, '.0.1': 2, '': 3 } }],
  },
  'a chord of two has a failing member': {
    canvas: (t) => chord([t.fragile.s(1, 'a'), t.inc.s(1)], t.sum.s()),
    broken: ['a'],
    phases: [{ ends: { '.0.0': 'FAILURE Error', '.0.1': 2, '': 'FAILURE ChordError' }, dead: ['.0.0'] }],
  },
  'a chord stands in a chain': {
    canvas: (t) => chain(oneChord(t), t.inc.s()),
    phases: [{ ends: { '.0.0.0': 1, '.0': 1, '': 2 } }],
  },
  'a group stands between two tasks': {
    canvas: (t) => chain(t.inc.s(0), group([t.inc.s()]), t.sum.s()),
    phases: [{ ends: { '.0': 1, '.1.0': 2, '': 2 } }],
  },
  'a task sends a chord': {
    canvas: (t) => t.launch(() => oneChord(t)),
    launched: true,
    phases: [{ ends: { '.0.0': 1, '': 1 } }],
  },
  'a task streams a group of none': {
    canvas: (t) => t.launch(() => streamed(t, 0)),
    launched: true,
    phases: [{ ends: { '': 0 } }],
  },
  'a task streams a group of one, and of two when it runs again': {
    canvas: (t) => t.launch((run) => streamed(t, Math.min(run, 2))),
    launched: true,
    phases: [
      {
        ends: [
          { '.0.0': 1, '': 1 },
          { '.0.0': 1, '.0.1': 2, '': 1 },
          { '.0.0': 1, '.0.1': 2, '': 3 },
        ],
      },
    ],
  },
  'a client streams a group of two': {
    canvas: (t) => streamed(t, 2),
    phases: [{ ends: { '.0.0': 1, '.0.1': 2, '': 3 } }],
  },
  'a task is replaced by a chain': {
    canvas: (t) => chain(t.replaced.s(0), t.inc.s()),
    phases: [{ ends: { '.0.r1.0': 1, '.0': 2, '': 3 } }],
  },
  'a member of a header is replaced': {
    canvas: (t) => chord([t.replaced.s(0)], t.sum.s()),
    phases: [{ ends: { '.0.0.r1.0': 1, '.0.0': 2, '': 2 } }],
  },
  'a group is a member of a group': {
    canvas: (t) => group([group([t.inc.s(0)])]),
    phases: [{ ends: { '.0.0.0': 1, '.0': [1] } }],
  },
  'the body of a chord is a group': {
    canvas: (t) => chord([t.inc.s(0)], group([t.length.s(), t.sum.s()])),
    phases: [{ ends: { '.0.0': 1, '.1.0.0': 1, '.1.0.1': 1, '': [1, 1] } }],
  },
  'a member is ignored': {
    canvas: (t) => chord([t.ignored.s()], t.sum.s()),
    phases: [{ ends: { '.0.0': 'IGNORED -', '': 'FAILURE ChordError' } }],
  },
  'a step is ignored': {
    canvas: (t) => chain(t.ignored.s(), t.inc.s(), t.inc.s()),
    phases: [
      {
        ends: { '.0': 'IGNORED -', '.1': 'FAILURE TaskIgnoredError marked', '': 'FAILURE TaskIgnoredError marked' },
      },
    ],
  },
  'a member is retried': {
    canvas: (t) => chord([t.retried.s(1)], t.sum.s()),
    phases: [{ ends: { '.0.0': 1, '': 1 } }],
  },
  'a chain that is a member fails in its first step': {
    canvas: (t) => chord([chain(t.fragile.s(1, 'a'), t.inc.s())], t.sum.s()),
    broken: ['a'],
    phases: [
      {
        ends: { '.0.0.0': 'FAILURE Error', '.0.0': 'FAILURE Error marked', '': 'FAILURE ChordError' },
        dead: ['.0.0.0'],
      },
    ],
  },
  'a chain has a link and an errback': {
    canvas: (t) => chain(t.inc.s(0), t.inc.s()).link(t.note.s()).linkError(t.note.s()),
    phases: [{ ends: { '.0': 1, '': 2, '.l0': 2 } }],
  },
  'a group of a chain fails before it': {
    canvas: (t) => chain(t.fragile.s(1, 'a'), group([t.inc.s()]), t.sum.s()),
    broken: ['a'],
    phases: [
      {
        ends: { '.0': 'FAILURE Error', '.1': 'FAILURE Error marked', '': 'FAILURE Error marked' },
        dead: ['.0'],
        handles: { '.1.0': 'FAILURE' },
      },
    ],
  },
  'an empty group follows a failing group': {
    canvas: (t) =>
      chain(group([t.fragile.s(1, 'a')]), group<readonly ReturnType<typeof t.length.si>[]>([]), t.length.s()),
    broken: ['a'],
    phases: [{ ends: { '.0.0': 'FAILURE Error', '': 'FAILURE ChordError' }, dead: ['.0.0'] }],
  },
  'a tolerant chord has a failing member': {
    canvas: (t) => chord([t.fragile.s(1, 'a')], t.states.s(), { onError: { maxFailures: 1 } }),
    broken: ['a'],
    phases: [{ ends: { '.0.0': 'FAILURE Error', '': 'FAILURE' }, dead: ['.0.0'] }],
  },
  'a member would ignore its result': {
    canvas: (t) => chord([t.inc.s(0).set({ ignoreResult: true })], t.sum.s()),
    phases: [{ ends: { '.0.0': 1, '': 1 } }],
  },
  'what remains of a chain is stored': {
    canvas: (t) => chain(t.inc.s(0), t.length.si('x'.repeat(17_000))),
    phases: [{ ends: { '.0': 1, '': 17_000 } }],
  },
  'a result is too large to be forwarded': {
    canvas: (t) => chain(t.large.s(), t.length.s()),
    phases: [{ ends: { '.0': 'x'.repeat(40_000), '': 40_000 } }],
  },
  'a workflow is revoked half-way': {
    canvas: (t) => chain(t.revoking.s(0), t.inc.s()),
    phases: [
      {
        ends: [
          { '.0': 0, '': 1 },
          { '.0': 0, '': 'REVOKED TaskRevokedError' },
          { '.0': 'REVOKED TaskRevokedError', '': 'REVOKED TaskRevokedError marked' },
        ],
      },
    ],
  },
  'a chord is revoked by a member': {
    canvas: (t) => chord([t.revoking.s(0)], t.sum.s()),
    phases: [
      {
        ends: [
          { '.0.0': 0, '': 0 },
          { '.0.0': 0, '': 'REVOKED TaskRevokedError' },
          { '.0.0': 'REVOKED TaskRevokedError', '': 'FAILURE ChordError' },
          { '.0.0': 'REVOKED TaskRevokedError', '': 'REVOKED TaskRevokedError' },
        ],
      },
    ],
  },
};
