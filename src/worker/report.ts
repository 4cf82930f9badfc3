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
export function told(outcome: Outcome, { message, queue }: Delivery, ran: Ran, { worker }: Invocation): void {
  const { telemetry, clock } = worker.ports;
  const of = { queue, task: message.task, id: message.id };
  const tookMs = ran.attempt ? clock.now() - ran.attempt.startedAtMs : 0;
  switch (outcome.kind) {
    case 'success':
      return telemetry.event({ kind: 'succeeded', ...of, tookMs });
    case 'retry':
    case 'move': {
      const inSeconds = Math.max(0, Math.round((outcome.nextAtMs - clock.now()) / 1_000));
      const error = `${outcome.error.name}: ${outcome.error.message}`;
      return telemetry.event({ kind: 'retrying', ...of, tookMs, retries: ran.retries + 1, inSeconds, error });
    }
    case 'failure': {
      const { reason, expected } = outcome;
      const error = `${outcome.error.name}: ${outcome.error.message}`;
      return telemetry.event({ kind: 'failed', ...of, tookMs, reason, error, expected });
    }
    case 'ignored':
      return telemetry.event({ kind: 'ignored', ...of, tookMs });
    case 'revoked':
      return telemetry.event({ kind: 'revoked', ...of, why: outcome.why });
  }
}
