import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenJson } from '../../src/canvas/frozen-json.ts';
import { taskJson } from '../../src/canvas/signature-json.ts';
import { jsonOf, signatureFrom } from '../../src/canvas/bound-signature.ts';

const SEED = 20_260_501;

/** Any strict JSON, `__proto__` as a key and every kind of text included. */
const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
const duration = fc.oneof(
  fc.integer({ min: 1, max: 900 }),
  fc.tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom('s', 'ms')).map(([n, unit]) => `${n}${unit}`),
);
const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
const time = fc.oneof(fc.record({}), fc.record({ countdown: duration }), fc.record({ eta: date }));
const rest = fc.record(
  {
    queue: fc.string({ minLength: 1 }),
    expires: fc.oneof(duration, date),
    headers: fc.dictionary(fc.string(), fc.string()),
    ignoreResult: fc.boolean(),
    maxRetries: fc.option(fc.nat()),
    taskId: fc.uuid(),
    timeLimit: duration,
    softTimeLimit: duration,
  },
  { requiredKeys: [] },
);
const options = fc.tuple(time, rest).map(([when, others]) => ({ ...when, ...others }));

describe('a signature', () => {
  it('is the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.array(json),
        options,
        fc.boolean(),
        (task, args, given, immutable) => {
          const made = taskJson(task, args, { options: given as never, ...(immutable ? { immutable } : {}) });
          const text = JSON.stringify(made);
          const read = jsonOf(JSON.parse(text));
          expect(JSON.stringify(read)).toBe(text);
          expect(JSON.stringify(signatureFrom(JSON.parse(text)))).toBe(text);
          expect(jsonOf(signatureFrom(JSON.parse(text)))).toEqual(read);
        },
      ),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('is frozen to its depth, and says the same as what it was given', () => {
    fc.assert(
      fc.property(json, (value) => {
        const frozen = frozenJson(value, 'args');
        expect(JSON.stringify(frozen)).toBe(JSON.stringify(value));
        expect(isFrozen(frozen)).toBe(true);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}
