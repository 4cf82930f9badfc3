import { type Duration, durationMs } from '../base/durations.ts';
import { ConfigurationError } from '../base/errors.ts';
import { LAMBDA_MAX_TIMEOUT_SECONDS } from '../base/limits.ts';
import { readTimeLimitMs, readWhole, wrong } from '../base/option-readers.ts';
import { Problems } from '../base/problems.ts';
import type { Registry } from '../task/definition.ts';
import type { Faults } from './faults.ts';
import { type Rules, readFaults } from './read-faults.ts';

/** How a test's world is. */
export interface TestOptions {
  /** Draws all chance: faults, ids, the jitter of backoffs. @default 1 */
  readonly seed?: number;
  /** What goes wrong. @default nothing */
  readonly faults?: Faults;
  /** The time at the beginning. @default 2026-01-01T00:00:00Z */
  readonly startAt?: Date;
  /**
   * Real time for which a body may await what is not Celeriac's, while virtual time stands still. Then a time limit of the task
   * ends it; without one the test fails.
   *
   * @default '3s', less than the five seconds that test frameworks give a test
   */
  readonly patience?: Duration;
  /** After which Lambda kills a worker. @default a minute, or half a minute more than the longest `timeLimit`, at most 15 minutes */
  readonly functionTimeout?: Duration;
}

/** The options of a test, checked. */
export interface TestSettings {
  readonly seed: number;
  readonly rules: Rules;
  readonly startAtMs: number;
  readonly patienceMs: number;
  readonly functionTimeoutMs: number;
}

/** @throws {ConfigurationError} lists everything that cannot work */
export function readTestOptions(options: TestOptions, registry: Registry): TestSettings {
  const problems = new Problems();
  problems.unknownNames(options, OPTIONS, 'option');
  const { seed = 1, faults = {}, startAt = START, patience = '3s', functionTimeout } = options;
  const settings = {
    seed: problems.attempt(() => readWhole(0, 2 ** 32 - 1)(seed, 'seed')) ?? 1,
    rules: readFaults(faults, registry, problems),
    startAtMs: problems.attempt(() => timeOf(startAt)) ?? 0,
    patienceMs: problems.attempt(() => durationMs(patience, 'patience')) ?? 0,
    functionTimeoutMs:
      functionTimeout === undefined
        ? timeoutFor(registry)
        : (problems.attempt(() => readTimeLimitMs(functionTimeout, 'functionTimeout')) ?? 0),
  };
  problems.throwIfAny('createTestApp', (text) => new ConfigurationError(text));
  return settings;
}

const OPTIONS: readonly string[] = ['seed', 'faults', 'startAt', 'patience', 'functionTimeout'];
const START = new Date(Date.UTC(2026, 0, 1));

function timeOf(startAt: Date): number {
  const ms = startAt instanceof Date ? startAt.getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw wrong('startAt', 'a Date', startAt);
  return ms;
}

/** Enough for the slowest task and for storing how it ended. */
function timeoutFor(registry: Registry): number {
  const limits = [...registry.values()].map(({ policy }) => (policy.timeLimitMs ?? 0) + 30_000);
  return Math.min(LAMBDA_MAX_TIMEOUT_SECONDS * 1_000, Math.max(60_000, ...limits));
}
