import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffSeconds } from '../../src/base/backoff.ts';
import { seededChoices } from '../../src/memory/choices.ts';

const SEED = 20_260_103;
const random = seededChoices(SEED, { next: 0, fault: 0, maxFaults: 0 });

describe('the backoff', () => {
  it('is a whole number of seconds from 0 to min(max, factor · 2^retries)', () => {
    const cases = [fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 5_000 }), fc.nat(2_000)] as const;
    fc.assert(
      fc.property(...cases, (factor, maxSeconds, retries) => {
        const cap = Math.min(maxSeconds, factor * 2 ** retries);
        const delay = backoffSeconds({ factor, maxSeconds, jitter: true }, retries, random);
        expect(Number.isInteger(delay) && delay >= 0 && delay <= cap).toBe(true);
        expect(backoffSeconds({ factor, maxSeconds, jitter: false }, retries, random)).toBe(cap);
      }),
      { seed: SEED },
    );
  });

  it('157: doubles up to the cap', () => {
    const delays = Array.from({ length: 12 }, (_, retries) =>
      backoffSeconds({ factor: 1, maxSeconds: 600, jitter: false }, retries, random),
    );
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
  });

  it('159: with jitter gives every whole number up to the delay, evenly, and never more', () => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 9_000; i++) {
      const delay = backoffSeconds({ factor: 1, maxSeconds: 600, jitter: true }, 3, random);
      counts.set(delay, (counts.get(delay) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(Math.min(...counts.values())).toBeGreaterThan(850);
  });
});
