import { describe, expect, it } from 'vitest';
import type { CallOptionsJson } from '../../src/canvas/call-options-json.ts';
import type { CanvasJson } from '../../src/canvas/canvas-json.ts';
import { withOptions } from '../../src/canvas/with-options.ts';

const child = (options?: CallOptionsJson): CanvasJson =>
  Object.freeze({ kind: 'task', task: 't', args: Object.freeze([]), ...(options ? { options } : {}) });

describe('withOptions', () => {
  it.each<[string, CallOptionsJson | undefined, CallOptionsJson, boolean, CallOptionsJson]>([
    [
      'what it does not say itself',
      { queue: 'own' },
      { queue: 'other', expires: '1d' },
      false,
      { queue: 'own', expires: '1d' },
    ],
    [
      'all where it says nothing',
      undefined,
      { queue: 'other', maxRetries: null },
      false,
      { queue: 'other', maxRetries: null },
    ],
    ['headers as a whole', { headers: { a: '1' } }, { headers: { b: '2' } }, false, { headers: { a: '1' } }],
    ['no taskId', { queue: 'own' }, { taskId: 'w', timeLimit: 5 }, true, { queue: 'own', timeLimit: 5 }],
    ['a countdown where it begins', undefined, { countdown: 5 }, true, { countdown: 5 }],
    ['an eta where it begins', {}, { eta: '2026-05-01T00:00:00.000Z' }, true, { eta: '2026-05-01T00:00:00.000Z' }],
    ['no time elsewhere', undefined, { countdown: 5, queue: 'q' }, false, { queue: 'q' }],
    ['no eta beside an own countdown', { countdown: 1 }, { eta: '2026-05-01T00:00:00.000Z' }, true, { countdown: 1 }],
    [
      'no countdown beside an own eta',
      { eta: '2026-05-01T00:00:00.000Z' },
      { countdown: 1 },
      true,
      { eta: '2026-05-01T00:00:00.000Z' },
    ],
    [
      'nothing over an own false or null',
      { ignoreResult: false, maxRetries: null },
      { ignoreResult: true, maxRetries: 1 },
      true,
      { ignoreResult: false, maxRetries: null },
    ],
    ['an own taskId stays', { taskId: 'own' }, { taskId: 'w', queue: 'q' }, true, { taskId: 'own', queue: 'q' }],
  ])('gives a part %s', (_what, own, inherited, begins, expected) => {
    const given = child(own);
    const before = JSON.stringify(given);
    const result = withOptions(given, Object.freeze(inherited), begins);
    expect(result).toEqual({ ...given, options: expected });
    expect(Object.isFrozen(result) && Object.isFrozen(result.options)).toBe(true);
    expect(JSON.stringify(given)).toBe(before);
  });

  it('gives the part itself where it inherits nothing', () => {
    const given = child({ queue: 'own' });
    expect(withOptions(given, {}, true)).toBe(given);
    expect(withOptions(given, { taskId: 'w' }, true)).toBe(given);
    expect(withOptions(given, { countdown: 5 }, false)).toBe(given);
  });

  it('changes nothing below the part', () => {
    const step = child();
    const chain: CanvasJson = Object.freeze({ kind: 'chain', steps: Object.freeze([step]) });
    expect(withOptions(chain, { queue: 'q' }, true)).toEqual({ kind: 'chain', steps: [step], options: { queue: 'q' } });
  });
});
