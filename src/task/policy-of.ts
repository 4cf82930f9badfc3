import type { Backoff } from '../base/backoff.ts';
import { type Duration, durationMs } from '../base/durations.ts';
import { InvalidOptionError, NotBuiltError } from '../base/errors.ts';
import {
  type OptionReader,
  readBoolean,
  readMaxRetries,
  readPositiveMs,
  readText,
  readTimeLimitMs,
  wrong,
} from '../base/option-readers.ts';
import { Problems } from '../base/problems.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import type { RetryOn, TaskPolicy } from './policy.ts';
import type { TaskOptions } from './task-options.ts';

const DEFAULT_BACKOFF_MAX_MS = 600_000;

/**
 * A task's options over the app's defaults, checked, with every default filled in and every duration in units.
 *
 * @param what  how the declaration is called in the error, e.g. `task "orders.charge"`
 * @throws {InvalidOptionError} lists every option that does not exist or has a wrong value
 * @throws {NotBuiltError} an option has no effect yet
 */
export function policyOf(what: string, options: TaskOptions<string>, defaults: TaskOptions<string> = {}): TaskPolicy {
  const given: Readonly<Record<string, unknown>> = { ...defined(defaults), ...defined(options) };
  if (given.rateLimit !== undefined) {
    throw new NotBuiltError('`rateLimit`', "limit the queue's `maxConcurrency` instead");
  }
  const problems = new Problems();
  problems.unknownNames(given, NAMES, 'option');
  const read = readAll(given, problems);
  if ((read.softTimeLimit ?? 0) > (read.timeLimit ?? Number.POSITIVE_INFINITY)) {
    problems.add(
      `\`softTimeLimit\` must not be above \`timeLimit\`, got ${given.softTimeLimit} above ${given.timeLimit}`,
    );
  }
  problems.throwIfAny(what, (text) => new InvalidOptionError(text));
  return Object.freeze(filledIn(read));
}

type Read = { -readonly [K in keyof typeof READERS]?: ReturnType<(typeof READERS)[K]> };

function readAll(given: Readonly<Record<string, unknown>>, problems: Problems): Read {
  const entries = NAMES.filter((name) => given[name] !== undefined).map((name) => [
    name,
    problems.attempt<unknown>(() => READERS[name](given[name], name)),
  ]);
  return Object.fromEntries(entries) as Read;
}

function filledIn(read: Read): TaskPolicy {
  const { defaultRetryDelay, retryBackoff: _backoff, retryBackoffMax: _max, retryJitter: _jitter, ...rest } = read;
  const { softTimeLimit, timeLimit, expires, resultExpires, ...plain } = rest;
  const backoff = backoffOf(read);
  return {
    ...DEFAULT_POLICY,
    ...plain,
    ...(defaultRetryDelay !== undefined ? { defaultRetryDelaySeconds: defaultRetryDelay / 1_000 } : {}),
    ...(backoff ? { retryBackoff: backoff } : {}),
    ...(softTimeLimit !== undefined ? { softTimeLimitMs: softTimeLimit } : {}),
    ...(timeLimit !== undefined ? { timeLimitMs: timeLimit } : {}),
    ...(expires !== undefined ? { expiresMs: expires } : {}),
    ...(resultExpires !== undefined ? { resultExpiresMs: resultExpires } : {}),
  };
}

function backoffOf(read: Read): TaskPolicy['retryBackoff'] {
  if (typeof read.retryBackoff === 'function') return read.retryBackoff;
  if (!read.retryBackoff) return undefined;
  const backoff: Backoff = {
    factor: read.retryBackoff,
    maxSeconds: (read.retryBackoffMax ?? DEFAULT_BACKOFF_MAX_MS) / 1_000,
    jitter: read.retryJitter ?? true,
  };
  return Object.freeze(backoff);
}

const readRetryOns: OptionReader<readonly RetryOn[]> = (value, name) => {
  if (!Array.isArray(value)) throw wrong(name, 'a list of error classes and predicates', value);
  value.forEach((item: unknown, index) => {
    if (typeof item !== 'function') throw wrong(`${name}[${index}]`, 'an error class or a predicate', item);
  });
  return Object.freeze([...value]) as readonly RetryOn[];
};

/** Celery's `int(max(1.0, value))`; 0: off. */
const readBackoff: OptionReader<number | ((retries: number) => Duration)> = (value, name) => {
  if (typeof value === 'function') return value as (retries: number) => Duration;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : Math.trunc(Math.max(1, value));
  throw wrong(name, 'true, false, a number of seconds or a function of the retries so far', value);
};

const readMs: OptionReader<number> = (value, name) => durationMs(value as Duration, name);

const READERS = {
  queue: readText,
  autoretryFor: readRetryOns,
  dontAutoretryFor: readRetryOns,
  maxRetries: readMaxRetries,
  defaultRetryDelay: readMs,
  retryBackoff: readBackoff,
  retryBackoffMax: readPositiveMs,
  retryJitter: readBoolean,
  softTimeLimit: readTimeLimitMs,
  timeLimit: readTimeLimitMs,
  acksLate: readBoolean,
  trackStarted: readBoolean,
  ignoreResult: readBoolean,
  storeErrorsEvenIfIgnored: readBoolean,
  throws: readRetryOns,
  expires: readPositiveMs,
  resultExpires: readPositiveMs,
} satisfies Record<Exclude<keyof TaskOptions, 'rateLimit'>, OptionReader<unknown>>;
const NAMES = Object.keys(READERS) as readonly (keyof typeof READERS)[];

function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
