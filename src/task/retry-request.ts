import { type Duration, durationMs } from '../base/durations.ts';
import { InvalidOptionError } from '../base/errors.ts';
import { assertJson, type Json } from '../base/json.ts';
import { readMaxRetries, readText, wrong } from '../base/option-readers.ts';

/** What `self.retry()` or `new Retry()` was given, checked and in units. */
export interface RetryRequest {
  readonly error?: unknown;
  readonly maxRetries?: number | null;
  readonly args?: readonly Json[];
  readonly queue?: string;
  /** Absent: the task's `defaultRetryDelay` from now. */
  readonly nextAtMs?: number;
}

const OPTIONS: readonly string[] = ['error', 'maxRetries', 'args', 'queue', 'countdown', 'eta'];

/**
 * Reads the options of a retry; `undefined` counts as absent.
 *
 * @throws {InvalidOptionError} an option does not exist or has a wrong value, or both `countdown` and `eta` are given
 * @throws {NotJsonError} the arguments are not strict JSON
 */
export function readRetryRequest(options: object, nowMs: number): RetryRequest {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.find(([name]) => !OPTIONS.includes(name));
  if (unknown) throw new InvalidOptionError(`a retry has no \`${unknown[0]}\`; it has ${OPTIONS.join(', ')}`);
  const { error, maxRetries, args, queue, countdown, eta } = Object.fromEntries(given);
  if (countdown !== undefined && eta !== undefined) throw wrong('countdown', 'absent where `eta` is given', countdown);
  return {
    ...(error !== undefined ? { error } : {}),
    ...(maxRetries !== undefined ? { maxRetries: readMaxRetries(maxRetries, 'maxRetries') } : {}),
    ...(args !== undefined ? { args: readArgs(args) } : {}),
    ...(queue !== undefined ? { queue: readText(queue, 'queue') } : {}),
    ...(countdown !== undefined ? { nextAtMs: nowMs + durationMs(countdown as Duration, 'countdown') } : {}),
    ...(eta !== undefined ? { nextAtMs: timeMs(eta) } : {}),
  };
}

function readArgs(args: unknown): readonly Json[] {
  if (!Array.isArray(args)) throw wrong('args', 'a list of all arguments', args);
  return assertJson(args, 'args') as readonly Json[];
}

function timeMs(eta: unknown): number {
  const atMs = typeof eta === 'string' ? Date.parse(eta) : eta instanceof Date ? eta.getTime() : Number.NaN;
  if (Number.isNaN(atMs)) throw wrong('eta', 'a Date or an ISO 8601 time', eta);
  return atMs;
}
