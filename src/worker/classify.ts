import { backoffSeconds } from '../base/backoff.ts';
import { durationMs } from '../base/durations.ts';
import {
  Ignore,
  InvalidOptionError,
  MaxRetriesExceededError,
  Reject,
  Retry,
  ThrownValueError,
  TooLargeError,
  UnknownQueueError,
} from '../base/errors.ts';
import { MAX_REQUEST_BYTES, SQS_RETENTION_SECONDS } from '../base/limits.ts';
import { wrong } from '../base/option-readers.ts';
import type { Random } from '../base/random.ts';
import { storeError } from '../base/stored-error.ts';
import { encode } from '../message/codec.ts';
import type { Message } from '../message/message.ts';
import type { DeadLetterReason } from '../protocol/item.ts';
import type { RetryOn, TaskPolicy } from '../task/policy.ts';
import { type RetryRequest, readRetryRequest } from '../task/retry-request.ts';
import type { Outcome } from './outcome.ts';

/** What an error is judged by. */
export interface Situation {
  readonly message: Message;
  readonly policy: TaskPolicy;
  /** Retries that lie behind this attempt. */
  readonly retries: number;
  readonly nowMs: number;
  readonly random: Random;
  /** The declared ones. */
  readonly queues: ReadonlyMap<string, unknown>;
}

/**
 * Turns what user code threw into an outcome; the first that fits: Ignore, Reject, Retry, an error that is not to be retried,
 * one that is, any other error.
 *
 * @see https://docs.celeryq.dev/en/stable/userguide/tasks.html#automatic-retry-for-known-exceptions
 */
export function classify(thrown: unknown, situation: Situation): Outcome {
  const { policy } = situation;
  if (thrown instanceof Ignore) return { kind: 'ignored' };
  if (thrown instanceof Reject) return failure(thrown, 'rejected', policy);
  if (thrown instanceof Retry) return requested(thrown, situation);
  const retried = !fits(thrown, policy.dontAutoretryFor) && fits(thrown, policy.autoretryFor);
  return retried ? automatic(thrown, situation) : failure(thrown, 'permanent', policy);
}

/** A failure for good, and whether the task expected it. */
export function failure(thrown: unknown, reason: DeadLetterReason, policy: TaskPolicy): Outcome {
  return { kind: 'failure', error: storeError(thrown), reason, expected: fits(thrown, policy.throws) };
}

function automatic(thrown: unknown, situation: Situation): Outcome {
  const { policy, nowMs } = situation;
  if (!mayRetry(situation, undefined)) return failure(thrown, 'exhausted', policy);
  try {
    return {
      kind: 'retry',
      error: storeError(thrown),
      nextAtMs: checkedTime(nowMs + automaticDelayMs(situation), nowMs),
    };
  } catch (invalid) {
    return failure(
      new InvalidOptionError(`no time for the next attempt: ${String(invalid)}`, { cause: thrown }),
      'permanent',
      policy,
    );
  }
}

/** What is stored of a task that has not ended lives 15 days: a later retry would begin as if it were the first. */
function checkedTime(atMs: number, nowMs: number): number {
  if (atMs - nowMs <= SQS_RETENTION_SECONDS * 1_000) return atMs;
  throw new InvalidOptionError('the next attempt must be at most 14 days ahead; keep the date in a table');
}

function automaticDelayMs({ policy, retries, random }: Situation): number {
  const { retryBackoff, defaultRetryDelaySeconds } = policy;
  if (retryBackoff === undefined) return defaultRetryDelaySeconds * 1_000;
  if (typeof retryBackoff === 'function') return durationMs(retryBackoff(retries), 'retryBackoff');
  return backoffSeconds(retryBackoff, retries, random) * 1_000;
}

function requested(retry: Retry, situation: Situation): Outcome {
  try {
    return fromRequest(retry, readRetryRequest(retry.options, situation.nowMs), situation);
  } catch (invalid) {
    return failure(invalid, 'permanent', situation.policy);
  }
}

function fromRequest(retry: Retry, request: RetryRequest, situation: Situation): Outcome {
  const { policy, nowMs, queues, message } = situation;
  const { args, queue, nextAtMs = nowMs + policy.defaultRetryDelaySeconds * 1_000 } = request;
  if (args && message.each) throw wrong('args', 'absent inside a map, whose items are all retried', args);
  if (queue !== undefined && !queues.has(queue)) throw new UnknownQueueError(queue, [...queues.keys()]);
  if (!mayRetry(situation, request.maxRetries)) {
    return failure(request.error ?? exhausted(situation), 'exhausted', policy);
  }
  checkedTime(nextAtMs, nowMs);
  const error = storeError(request.error ?? retry);
  if (args === undefined && queue === undefined) return { kind: 'retry', error, nextAtMs };
  checkStorable({ ...message, ...(args ? { args } : {}) });
  return { kind: 'move', error, nextAtMs, ...(args ? { args } : {}), ...(queue !== undefined ? { queue } : {}) };
}

/** The new message is stored in the task's item before it is sent. */
function checkStorable(message: Message): void {
  const bytes = Buffer.byteLength(encode(message));
  if (bytes <= MAX_REQUEST_BYTES) return;
  throw new TooLargeError(
    `the retry of "${message.task}" has ${bytes} bytes, ${MAX_REQUEST_BYTES} are allowed with other arguments or on another queue; ` +
      'store the data elsewhere and send its key',
  );
}

/** The call's limit wins over the message's, that over the task's; null means for ever. */
function mayRetry({ message, policy, retries }: Situation, ofCall: number | null | undefined): boolean {
  const limits = [ofCall, message.limits.maxRetries, policy.maxRetries];
  const limit = limits.find((candidate) => candidate !== undefined) ?? null;
  return limit === null || retries < limit;
}

function exhausted({ message, retries }: Situation): MaxRetriesExceededError {
  return new MaxRetriesExceededError(`task "${message.task}" was retried ${retries} times and asks for another`);
}

function fits(thrown: unknown, list: readonly RetryOn[]): boolean {
  const error = thrown instanceof Error ? thrown : new ThrownValueError('a value that is no Error');
  return list.some((entry) => (isErrorClass(entry) ? error instanceof entry : says(entry, error)));
}

/** A predicate that throws says no: the error it was asked about is the one to tell. */
function says(predicate: RetryOn, error: Error): boolean {
  try {
    return (predicate as (error: Error) => boolean)(error) === true;
  } catch {
    return false;
  }
}

function isErrorClass(entry: RetryOn): entry is abstract new (...args: never[]) => Error {
  return entry === Error || entry.prototype instanceof Error;
}
