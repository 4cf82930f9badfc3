import type { TaskError } from '../base/stored-error.ts';
import type { TaskEvent } from '../ports/telemetry.ts';
import type { Attempt } from './context.ts';
import { type Delivery, firstSentAtMs } from './delivery.ts';
import type { Invocation } from './invocation.ts';
import type { Outcome } from './outcome.ts';
import type { Ran } from './store.ts';

/** Tells telemetry that user code begins. */
export function begun(delivery: Delivery, attempt: Attempt, { worker }: Invocation): void {
  const { message, queue } = delivery;
  const dueMs = Math.max(firstSentAtMs(delivery), message.etaMs ?? 0, attempt.item?.nextAtMs ?? 0);
  const waitedMs = Math.max(0, attempt.startedAtMs - dueMs);
  worker.ports.telemetry.event({
    kind: 'started',
    queue,
    task: message.task,
    id: message.id,
    retries: attempt.retries,
    waitedMs,
  });
}

/** Tells telemetry how an attempt ended, once that is stored. */
export function told(outcome: Outcome, delivery: Delivery, ran: Ran, { worker }: Invocation): void {
  worker.ports.telemetry.event(eventOf(outcome, delivery, ran, worker.ports.clock.now()));
}

function eventOf(outcome: Outcome, { message, queue }: Delivery, ran: Ran, nowMs: number): TaskEvent {
  const of = { queue, task: message.task, id: message.id };
  const took = ran.attempt ? { tookMs: nowMs - ran.attempt.startedAtMs } : {};
  const tookMs = took.tookMs ?? 0;
  switch (outcome.kind) {
    case 'success':
      return { kind: 'succeeded', ...of, tookMs };
    case 'replace':
      return { kind: 'replaced', ...of, tookMs };
    case 'retry':
    case 'move': {
      const inSeconds = Math.max(0, Math.round((outcome.nextAtMs - nowMs) / 1_000));
      return { kind: 'retrying', ...of, tookMs, retries: ran.retries + 1, inSeconds, error: shown(outcome.error) };
    }
    case 'failure': {
      const { reason, expected, error } = outcome;
      return { kind: 'failed', ...of, ...took, reason, error: shown(error), expected };
    }
    case 'ignored':
      return { kind: 'ignored', ...of, tookMs };
    case 'revoked':
      return { kind: 'revoked', ...of, why: outcome.why };
  }
}

function shown({ name, message }: TaskError): string {
  return `${name}: ${message}`;
}
