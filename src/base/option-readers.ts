import { type Duration, durationMs } from './durations.ts';
import { InvalidOptionError } from './errors.ts';
import { LAMBDA_MAX_TIMEOUT_SECONDS } from './limits.ts';
import { shown } from './problems.ts';

/**
 * Readers of options: each returns the value it understands, or throws an `InvalidOptionError` that names the option, what
 * was got and what is allowed.
 */
export type OptionReader<T> = (value: unknown, name: string) => T;

/** `true` or `false`. */
export const readBoolean: OptionReader<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false', value);
};

/** A text that is not empty. */
export const readText: OptionReader<string> = (value, name) => {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, 'a text', value);
};

/** Retries after the first attempt: a whole number from 0 on, or null for ever. */
export const readMaxRetries: OptionReader<number | null> = (value, name) => {
  if (value === null || (Number.isSafeInteger(value) && (value as number) >= 0)) return value as number | null;
  throw wrong(name, 'a whole number from 0 on, or null for no limit', value);
};

/** A duration above zero, in milliseconds. */
export const readPositiveMs: OptionReader<number> = (value, name) => {
  const milliseconds = durationMs(value as Duration, name);
  if (milliseconds > 0) return milliseconds;
  throw wrong(name, 'more than 0 seconds', value);
};

/** A time limit in milliseconds: above zero, and no longer than a Lambda function can run. */
export const readTimeLimitMs: OptionReader<number> = (value, name) => {
  const milliseconds = readPositiveMs(value, name);
  if (milliseconds <= LAMBDA_MAX_TIMEOUT_SECONDS * 1_000) return milliseconds;
  throw wrong(
    name,
    `at most ${LAMBDA_MAX_TIMEOUT_SECONDS} seconds, the longest a Lambda function runs`,
    value,
    'split the task into smaller ones',
  );
};

/** A whole number from `min` to `max`, both included. */
export function readWhole(min: number, max: number): OptionReader<number> {
  return (value, name) => {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    throw wrong(name, `a whole number from ${min} to ${max}`, value);
  };
}

/** The error of one option, in the words that all of them use. */
export function wrong(name: string, allowed: string, value: unknown, remedy?: string): InvalidOptionError {
  return new InvalidOptionError(`\`${name}\` must be ${allowed}, got ${shown(value)}${remedy ? `; ${remedy}` : ''}`);
}
