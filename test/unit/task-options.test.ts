import { InvalidOptionError, NotBuiltError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { backoffSeconds } from '../../src/base/backoff.ts';
import { scriptedChoices } from '../../src/memory/choices.ts';
import { policyOf } from '../../src/task/policy-of.ts';

const random = scriptedChoices(new Map());
const policy = (options: object, defaults: object = {}) => policyOf('task "t"', options, defaults);

describe('the policy of a task', () => {
  it('has the defaults of Celery, but acknowledges late', () => {
    expect(policy({})).toEqual({
      autoretryFor: [],
      dontAutoretryFor: [],
      maxRetries: 3,
      defaultRetryDelaySeconds: 180,
      acksLate: true,
      trackStarted: false,
      ignoreResult: false,
      storeErrorsEvenIfIgnored: false,
      throws: [],
      resultExpiresMs: 86_400_000,
    });
    expect(policy({ retryBackoff: true }).retryBackoff).toEqual({ factor: 1, maxSeconds: 600, jitter: true });
  });

  it('has every option in units', () => {
    const predicate = () => true;
    const options = {
      queue: 'digest',
      autoretryFor: [TypeError, predicate],
      dontAutoretryFor: [RangeError],
      maxRetries: null,
      defaultRetryDelay: '500ms',
      retryBackoff: 2,
      retryBackoffMax: '1h',
      retryJitter: false,
      softTimeLimit: 30,
      timeLimit: '1m',
      acksLate: false,
      trackStarted: true,
      ignoreResult: true,
      storeErrorsEvenIfIgnored: true,
      throws: [SyntaxError],
      expires: '2d',
      resultExpires: '7d',
    };
    expect(policy(options)).toEqual({
      queue: 'digest',
      autoretryFor: [TypeError, predicate],
      dontAutoretryFor: [RangeError],
      maxRetries: null,
      defaultRetryDelaySeconds: 0.5,
      retryBackoff: { factor: 2, maxSeconds: 3_600, jitter: false },
      softTimeLimitMs: 30_000,
      timeLimitMs: 60_000,
      acksLate: false,
      trackStarted: true,
      ignoreResult: true,
      storeErrorsEvenIfIgnored: true,
      throws: [SyntaxError],
      expiresMs: 172_800_000,
      resultExpiresMs: 604_800_000,
    });
  });

  it("takes the app's defaults, and its own lists instead of theirs", () => {
    const defaults = { autoretryFor: [TypeError], maxRetries: 7, acksLate: false };
    expect(policy({ autoretryFor: [RangeError], acksLate: undefined }, defaults)).toMatchObject({
      autoretryFor: [RangeError],
      maxRetries: 7,
      acksLate: false,
    });
  });

  it.each([
    ['off', [undefined, false, 0, 0.0], [180, 180, 180, 180]],
    ['factor 1', [true, -1, 0.1, 1, 1.9], [1, 2, 4, 8]],
    ['factor 2', [2, 2.9], [2, 4, 8, 16]],
    ['factor 3', [3], [3, 6, 12, 24]],
  ])('156: backs off without jitter: %s', (_name, values, delays) => {
    for (const retryBackoff of values) {
      const { retryBackoff: backoff, defaultRetryDelaySeconds } = policy({ retryBackoff, retryJitter: false });
      const seconds = [0, 1, 2, 3].map((retries) =>
        typeof backoff === 'object' ? backoffSeconds(backoff, retries, random) : defaultRetryDelaySeconds,
      );
      expect(seconds).toEqual(delays);
    }
  });

  it.each([
    [157, {}, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]],
    [158, { retryBackoffMax: 16, maxRetries: 5 }, [1, 2, 4, 8, 16, 16]],
  ])('%i: caps the backoff', (_row, options, delays) => {
    const { retryBackoff } = policy({ retryBackoff: true, retryJitter: false, ...options });
    if (typeof retryBackoff !== 'object') throw new Error('no backoff');
    expect(delays.map((_, retries) => backoffSeconds(retryBackoff, retries, random))).toEqual(delays);
  });

  it('159: spreads the backoff over every whole second from 0 to the delay', () => {
    const { retryBackoff } = policy({ retryBackoff: true });
    if (typeof retryBackoff !== 'object') throw new Error('no backoff');
    const drawn = Array.from({ length: 10_000 }, () => backoffSeconds(retryBackoff, 3, random));
    expect([...new Set(drawn)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(drawn.reduce((a, b) => a + b, 0) / drawn.length).toBeCloseTo(4, 0);
  });

  it('keeps a function of the retries as the backoff', () => {
    const backoff = (retries: number) => 2 ** retries;
    expect(policy({ retryBackoff: backoff }).retryBackoff).toBe(backoff);
  });
});

describe('a wrong option', () => {
  it.each([
    [{ retryBackof: true }, 'there is no option `retryBackof`; there are queue, autoretryFor,'],
    [{ retryKwargs: {} }, 'there is no option `retryKwargs`'],
    [{ maxRetries: -1 }, '`maxRetries` must be a whole number from 0 on, or null for no limit, got -1'],
    [{ maxRetries: 1.5 }, 'got 1.5'],
    [{ timeLimit: 901 }, '`timeLimit` must be at most 900 seconds, the longest a Lambda function runs, got 901; split'],
    [{ timeLimit: 0 }, '`timeLimit` must be more than 0 seconds, got 0'],
    [{ timeLimit: '30 seconds' }, '`timeLimit` must be seconds (0 or more) or a text such as'],
    [{ softTimeLimit: 61, timeLimit: 60 }, '`softTimeLimit` must not be above `timeLimit`, got 61 above 60'],
    [{ autoretryFor: TypeError }, '`autoretryFor` must be a list of error classes and predicates, got a function'],
    [{ autoretryFor: ['TypeError'] }, '`autoretryFor[0]` must be an error class or a predicate, got "TypeError"'],
    [{ acksLate: 'yes' }, '`acksLate` must be true or false, got "yes"'],
    [{ retryBackoff: Number.NaN }, '`retryBackoff` must be true, false, a number of seconds or a function'],
    [{ resultExpires: null }, '`resultExpires` must be seconds'],
    [{ expires: -1 }, '`expires` must be seconds (0 or more)'],
    [{ queue: '' }, '`queue` must be a text, got ""'],
  ])('is refused: %o', (options, text) => {
    expect(() => policy(options)).toThrow(InvalidOptionError);
    expect(() => policy(options)).toThrow(text);
  });

  it('is told together with all the others', () => {
    expect(() => policy({ maxRetries: -1, acksLate: 1, x: 1 })).toThrow(
      /^task "t":\n- .*`x`.*\n- `maxRetries`.*\n- `acksLate`/,
    );
  });

  it('is not silently ignored where it is not built yet', () => {
    expect(() => policy({ rateLimit: '10/s' })).toThrow(NotBuiltError);
  });

  it('is found against the default of the other', () => {
    expect(() => policy({ softTimeLimit: 61 }, { timeLimit: 60 })).toThrow('must not be above');
  });
});
