import { type Duration, durationMs } from '../base/durations.ts';
import { InvalidOptionError } from '../base/errors.ts';
import { SQS_MAX_DELAY_SECONDS, SQS_RETENTION_SECONDS } from '../base/limits.ts';
import { wrong } from '../base/option-readers.ts';
import type { CallOptionsJson } from '../canvas/call-options-json.ts';
import type { CallLimits } from './message.ts';

/** What a task says for calls that do not. */
export interface CallDefaults {
  readonly expiresMs?: number;
  readonly softTimeLimitMs?: number;
  readonly timeLimitMs?: number;
}

/** One call's options in units, with the task's own defaults. */
export interface Call {
  readonly queue?: string;
  readonly taskId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** 0 to 900; what is left of a later `etaMs` the worker waits for, in hops. */
  readonly delaySeconds: number;
  readonly etaMs?: number;
  readonly expiresAtMs?: number;
  readonly limits: CallLimits;
}

/**
 * Reads one call at the time of its send.
 *
 * @param defaults  the task's own, `undefined` where its code is elsewhere
 * @throws {InvalidOptionError} it lies too far ahead, or its soft limit is above the hard one
 */
export function readCall(options: CallOptionsJson, defaults: CallDefaults | undefined, nowMs: number): Call {
  const etaMs = readEta(options, nowMs);
  const expiresAtMs = readExpires(options.expires, defaults, nowMs);
  return {
    ...(options.queue !== undefined ? { queue: options.queue } : {}),
    ...(options.taskId !== undefined ? { taskId: options.taskId } : {}),
    ...(options.headers !== undefined ? { headers: options.headers } : {}),
    delaySeconds: delaySecondsUntil(etaMs, nowMs),
    ...(etaMs !== undefined ? { etaMs } : {}),
    ...(expiresAtMs !== undefined ? { expiresAtMs } : {}),
    limits: readLimits(options, defaults),
  };
}

/** Rounded up, so that a message does not come back before its time. */
function delaySecondsUntil(etaMs: number | undefined, nowMs: number): number {
  const seconds = Math.ceil(((etaMs ?? nowMs) - nowMs) / 1_000);
  return Math.min(Math.max(seconds, 0), SQS_MAX_DELAY_SECONDS);
}

/** A far message is sent again every 15 minutes, and what is stored of a task that has not ended lives 15 days. */
function readEta({ countdown, eta }: CallOptionsJson, nowMs: number): number | undefined {
  const inMs = countdown !== undefined ? durationMs(countdown, 'countdown') : 0;
  const etaMs = eta !== undefined ? Date.parse(eta) : nowMs + inMs;
  if (etaMs - nowMs > SQS_RETENTION_SECONDS * 1_000) {
    const [name, value] = eta !== undefined ? ['eta', eta] : ['countdown', countdown];
    throw wrong(
      name as string,
      'at most 14 days ahead',
      value,
      'keep the date in a table and send the task when it is near',
    );
  }
  return eta !== undefined || inMs > 0 ? etaMs : undefined;
}

function readExpires(
  expires: CallOptionsJson['expires'],
  defaults: CallDefaults | undefined,
  nowMs: number,
): number | undefined {
  if (expires === undefined) return defaults?.expiresMs === undefined ? undefined : nowMs + defaults.expiresMs;
  if (typeof expires === 'string' && /^\d{4}-/.test(expires)) return Date.parse(expires);
  return nowMs + durationMs(expires as Duration, 'expires');
}

function readLimits(options: CallOptionsJson, defaults: CallDefaults | undefined): CallLimits {
  const timeLimitMs = options.timeLimit === undefined ? undefined : durationMs(options.timeLimit, 'timeLimit');
  const softTimeLimitMs =
    options.softTimeLimit === undefined ? undefined : durationMs(options.softTimeLimit, 'softTimeLimit');
  checkLimits(softTimeLimitMs ?? defaults?.softTimeLimitMs, timeLimitMs ?? defaults?.timeLimitMs);
  return {
    ...(options.maxRetries !== undefined ? { maxRetries: options.maxRetries } : {}),
    ...(timeLimitMs !== undefined ? { timeLimitMs } : {}),
    ...(softTimeLimitMs !== undefined ? { softTimeLimitMs } : {}),
    ...(options.ignoreResult !== undefined ? { ignoreResult: options.ignoreResult } : {}),
  };
}

function checkLimits(softMs: number | undefined, hardMs: number | undefined): void {
  if (softMs === undefined || hardMs === undefined || softMs <= hardMs) return;
  throw new InvalidOptionError(
    `\`softTimeLimit\` must not be above \`timeLimit\`, got ${softMs / 1_000} s above ${hardMs / 1_000} s; give both`,
  );
}
