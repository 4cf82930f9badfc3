import {
  type CeleriacError,
  HopLimitError,
  NewerVersionError,
  UnknownTaskError,
  WorkerLostError,
} from '../base/errors.ts';
import { MAX_HOPS, MAX_STARTS } from '../base/limits.ts';
import { storeWithoutStack } from '../base/stored-error.ts';
import type { Message } from '../message/message.ts';
import type { UnrunReason } from '../protocol/guard.ts';
import type { DeadLetterReason } from '../protocol/item.ts';
import type { Outcome } from './outcome.ts';

/**
 * The outcome of a task whose code did not run in this delivery.
 *
 * @param elsewhere  tasks that the app has, but this worker has not
 */
export function unrunOutcome(message: Message, why: UnrunReason, elsewhere: ReadonlySet<string> = NONE): Outcome {
  if (why === 'revoked' || why === 'expired') return { kind: 'revoked', why };
  if (why === 'unknown-task' && elsewhere.has(message.task)) return unknown(notHere(message.task));
  const [error, reason] = unrunError(message, why);
  return { kind: 'failure', error: storeWithoutStack(error), reason, expected: false };
}

const NONE: ReadonlySet<string> = new Set();

function unknown(text: string): Outcome {
  return {
    kind: 'failure',
    error: storeWithoutStack(new UnknownTaskError(text)),
    reason: 'unknown-task',
    expected: false,
  };
}

function notHere(task: string): string {
  const remedy = 'add it to `queues.<name>.tasks` of the TaskApp construct, deploy, then redrive this message';
  return `task "${task}" is not routed to this queue, so this worker was deployed without its code; ${remedy}`;
}

function unrunError(
  message: Message,
  why: Exclude<UnrunReason, 'revoked' | 'expired'>,
): [CeleriacError, DeadLetterReason] {
  switch (why) {
    case 'hop-limit':
      return [
        new HopLimitError(`sent by tasks of tasks, ${message.hops} deep; ${MAX_HOPS} are allowed: is there a loop?`),
        'hop-limit',
      ];
    case 'unknown-task':
      return [
        new UnknownTaskError(`no task "${message.task}" in this worker's code; deploy it, then redrive this message`),
        'unknown-task',
      ];
    case 'newer-version':
      return [
        new NewerVersionError(
          `the message has version ${message.newer?.version}; deploy a newer worker, then redrive it`,
        ),
        'newer-version',
      ];
    case 'begun-once':
      return [
        new WorkerLostError('begun and never ended; an at-most-once task (acksLate: false) is not begun again'),
        'worker-lost',
      ];
    case 'worker-lost':
      return [
        new WorkerLostError(`begun ${MAX_STARTS} times or never reached, and never ended: its worker died each time`),
        'worker-lost',
      ];
  }
}
