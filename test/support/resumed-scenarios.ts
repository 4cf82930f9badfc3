import { chain, chord, group } from 'celeriac';
import type { Operator, WorkflowScenario } from './explored-scenario.ts';

/** What an operator does once everything is quiet: repairs, and moves all dead letters back. */
const healed =
  (...names: readonly string[]) =>
  (operator: Operator): void => {
    operator.heal(...names);
    operator.redrive();
  };

/** The same, of some of them only. */
const moved =
  (id: string, ...names: readonly string[]) =>
  (operator: Operator): void => {
    operator.heal(...names);
    operator.redrive([id]);
  };

/** Workflows that fail, are repaired, and resumed from their dead letters. */
export const RESUMED: Readonly<Record<string, WorkflowScenario>> = {
  'a chain is resumed in its middle': {
    canvas: (t) => chain(t.inc.s(0), t.fragile.s('a'), t.inc.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      { ends: { '.0': 1, '.1': 'FAILURE Error', '': 'FAILURE Error marked' }, dead: ['.1'] },
      { act: healed('a'), ends: { '.0': 1, '.1': 1, '': 2 } },
    ],
  },
  'a chain is resumed from its first step, and the marked one fails by itself': {
    canvas: (t) => chain(t.fragile.s(1, 'a'), t.fragile.s('b')),
    broken: ['a', 'b'],
    undisturbed: 1,
    phases: [
      { ends: { '.0': 'FAILURE Error', '': 'FAILURE Error marked' }, dead: ['.0'] },
      { act: healed('a'), ends: { '.0': 1, '': 'FAILURE Error' }, dead: [''] },
      { act: healed('b'), ends: { '.0': 1, '': 1 } },
    ],
  },
  'a chord with two failed members is resumed': {
    canvas: (t) => chord([t.fragile.s(1, 'a'), t.fragile.s(2, 'b')], t.sum.s()),
    broken: ['a', 'b'],
    undisturbed: 1,
    phases: [
      { ends: { '.0.0': 'FAILURE Error', '.0.1': 'FAILURE Error', '': 'FAILURE ChordError' }, dead: ['.0.0', '.0.1'] },
      { act: healed('a', 'b'), ends: { '.0.0': 1, '.0.1': 2, '': 3 } },
    ],
  },
  'a chord with two failed members is resumed one after the other': {
    canvas: (t) => chord([t.fragile.s(1, 'a'), t.fragile.s(2, 'b')], t.sum.s()),
    broken: ['a', 'b'],
    undisturbed: 2,
    phases: [
      { ends: { '.0.0': 'FAILURE Error', '.0.1': 'FAILURE Error', '': 'FAILURE ChordError' }, dead: ['.0.0', '.0.1'] },
      {
        act: moved('.0.0', 'a'),
        ends: { '.0.0': 1, '.0.1': 'FAILURE Error', '': 'FAILURE ChordError' },
        dead: ['.0.1'],
      },
      { act: moved('.0.1', 'b'), ends: { '.0.0': 1, '.0.1': 2, '': 3 } },
    ],
  },
  'a chord whose body failed is resumed': {
    canvas: (t) => chord([t.inc.s(0)], t.fragileSum.s('b')),
    broken: ['b'],
    undisturbed: 1,
    phases: [
      { ends: { '.0.0': 1, '': 'FAILURE Error' }, dead: [''] },
      { act: healed('b'), ends: { '.0.0': 1, '': 1 } },
    ],
  },
  'a chord is resumed by its member, then by its body': {
    canvas: (t) => chord([t.fragile.s(1, 'a')], t.fragileSum.s('b')),
    broken: ['a', 'b'],
    undisturbed: 2,
    phases: [
      { ends: { '.0.0': 'FAILURE Error', '': 'FAILURE ChordError' }, dead: ['.0.0'] },
      { act: healed('a'), ends: { '.0.0': 1, '': 'FAILURE Error' }, dead: [''] },
      { act: healed('b'), ends: { '.0.0': 1, '': 1 } },
    ],
  },
  'an errback is called once for each round in which the chord fails': {
    canvas: (t) => chord([t.fragile.s(1, 'a')], t.sum.s()).linkError(t.note.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      { ends: { '.0.0': 'FAILURE Error', '': 'FAILURE ChordError', '.e0-0': 'failed: ' }, dead: ['.0.0'] },
      {
        act: healed(),
        ends: { '.0.0': 'FAILURE Error', '': 'FAILURE ChordError', '.e0-0': 'failed: ', '.e+-0': 'failed: ' },
        dead: ['.0.0'],
      },
    ],
  },
  'a chain has an errback, and is resumed': {
    canvas: (t) => chain(t.fragile.s(1, 'a'), t.inc.s()).linkError(t.note.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      { ends: { '.0': 'FAILURE Error', '': 'FAILURE Error marked', '.0.e0-0': 'failed: .0' }, dead: ['.0'] },
      { act: healed('a'), ends: { '.0': 1, '': 2, '.0.e0-0': 'failed: .0' } },
    ],
  },
  'a dead letter is moved back twice': {
    canvas: (t) => chain(t.fragile.s(1, 'a'), t.inc.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      { ends: { '.0': 'FAILURE Error', '': 'FAILURE Error marked' }, dead: ['.0'] },
      {
        act: (operator) => {
          operator.heal('a');
          operator.redrive(undefined, 2);
        },
        ends: { '.0': 1, '': 2 },
      },
    ],
  },
  'a chord in a chain is resumed': {
    canvas: (t) => chain(chord([t.fragile.s(1, 'a')], t.sum.s()), t.inc.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      {
        ends: { '.0.0.0': 'FAILURE Error', '.0': 'FAILURE ChordError', '': 'FAILURE ChordError marked' },
        dead: ['.0.0.0'],
      },
      { act: healed('a'), ends: { '.0.0.0': 1, '.0': 1, '': 2 } },
    ],
  },
  'a chain that is a member is resumed': {
    canvas: (t) => chord([chain(t.fragile.s(1, 'a'), t.inc.s())], t.sum.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      {
        ends: { '.0.0.0': 'FAILURE Error', '.0.0': 'FAILURE Error marked', '': 'FAILURE ChordError' },
        dead: ['.0.0.0'],
      },
      { act: healed('a'), ends: { '.0.0.0': 1, '.0.0': 2, '': 2 } },
    ],
  },
  'a group in a group is resumed': {
    canvas: (t) => group([group([t.fragile.s(1, 'a')])]),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      { ends: { '.0.0.0': 'FAILURE Error', '.0': 'FAILURE ChordError' }, dead: ['.0.0.0'] },
      { act: healed('a'), ends: { '.0.0.0': 1, '.0': [1] } },
    ],
  },
  'a tolerant chord goes on, and its member is redriven': {
    canvas: (t) => chord([t.fragile.s(1, 'a')], t.states.s(), { onError: 'settle' }),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      { ends: { '.0.0': 'FAILURE Error', '': 'FAILURE' }, dead: ['.0.0'] },
      { act: healed('a'), ends: { '.0.0': 1, '': 'FAILURE' } },
    ],
  },
  'the step before a group is redriven': {
    canvas: (t) => chain(t.fragile.s(1, 'a'), group([t.inc.s()]), t.sum.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      {
        ends: { '.0': 'FAILURE Error', '.1': 'FAILURE Error marked', '': 'FAILURE Error marked' },
        dead: ['.0'],
        handles: { '.1.0': 'FAILURE' },
      },
      { act: healed('a'), ends: { '.0': 1, '.1': 'FAILURE Error marked', '.1.0': 2, '': 2 } },
    ],
  },
  'a replaced task fails in what replaces it, and is resumed': {
    canvas: (t) => chain(t.replacedBy.s(1, 'a'), t.inc.s()),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      {
        ends: { '.0.r1.0': 'FAILURE Error', '.0': 'FAILURE Error marked', '': 'FAILURE Error marked' },
        dead: ['.0.r1.0'],
      },
      { act: healed('a'), ends: { '.0.r1.0': 1, '.0': 2, '': 3 } },
    ],
  },
  'a resumed step would ignore its result': {
    canvas: (t) => chain(t.fragile.s(1, 'a'), t.inc.s().set({ ignoreResult: true })),
    broken: ['a'],
    undisturbed: 1,
    phases: [
      { ends: { '.0': 'FAILURE Error', '': 'FAILURE Error marked' }, dead: ['.0'] },
      { act: healed('a'), ends: { '.0': 1, '': 2 } },
    ],
  },
  'a chain is resumed while its old messages are about': {
    canvas: (t) => chain(t.fragile.s(1, 'a'), t.inc.s()),
    broken: ['a'],
    phases: [
      {
        act: async (operator) => {
          await operator.pass(1);
          healed('a')(operator);
        },
        ends: 'whatever',
      },
      { act: healed('a'), ends: { '.0': 1, '': 2 } },
    ],
  },
  'a chord is resumed while its old messages are about': {
    canvas: (t) => chord([t.fragile.s(1, 'a')], t.sum.s()),
    broken: ['a'],
    phases: [
      {
        act: async (operator) => {
          await operator.pass(1);
          healed('a')(operator);
        },
        ends: 'whatever',
      },
      { act: healed('a'), ends: { '.0.0': 1, '': 1 } },
    ],
  },
};
