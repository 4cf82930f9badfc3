import { SQS_MAX_DELAY_SECONDS } from '../base/limits.ts';
import { resent } from '../message/message.ts';
import type { InvocationContext, SqsBatchResponse, SqsEvent, SqsHandler } from '../ports/sqs-event.ts';
import { lostDecision } from '../protocol/lost.ts';
import type { AppCore } from '../task/app-core.ts';
import { DEFAULT_POLICY } from '../task/default-policy.ts';
import { Arrivals } from './arrivals.ts';
import { buryUnreadable } from './dead-letter.ts';
import { type Delivery, readRecord, type Unreadable } from './delivery.ts';
import type { WorkerParts } from './handler.ts';
import { hide } from './hide.ts';
import type { Invocation, Reply, Worker } from './invocation.ts';
import { KnownOrders } from './known-orders.ts';
import { carryOn } from './perform.ts';
import { obey, settle } from './settle.ts';
import { retriesOf } from './store.ts';
import { unrunOutcome } from './unrun.ts';
import { protectedFromDeletion } from './whole-batches.ts';

/**
 * Makes the Lambda handler of the lost queues: a message's life without its code, so that it works when a deployment is
 * broken. Poison ends with a reason; everything else goes back to its queue, a quarter of an hour later.
 */
export function lostHandler(parts: Omit<WorkerParts, 'exit' | 'graceMs'>): SqsHandler {
  const worker: Worker = { ...parts, core: NO_CODE, orders: new KnownOrders(), graceMs: 0, exit: () => {} };
  return protectedFromDeletion((event, context) => handle(event, context, worker), worker);
}

const NO_CODE: AppCore = {
  name: '',
  registry: new Map(),
  queues: new Map(),
  resolveQueue: (_task, _args, queue = '') => queue,
};

async function handle(event: SqsEvent, context: InvocationContext, worker: Worker): Promise<SqsBatchResponse> {
  const { clock, telemetry } = worker.ports;
  const budgetMs = context.getRemainingTimeInMillis();
  const arrivals = new Arrivals(worker.ports.barrier, clock);
  const invocation: Invocation = { worker, budgetMs, deadlineMs: clock.now() + budgetMs, arrivals };
  const failures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    arrivals.enter();
    const reply = await handled(readRecord(record, worker), invocation);
    arrivals.leave();
    if (reply.kind === 'return') failures.push({ itemIdentifier: record.messageId });
  }
  telemetry.flush();
  return { batchItemFailures: failures };
}

/**
 * What cannot be done now is tried again a quarter of an hour later: often enough, and seldom enough that the message is still
 * here after four days, when it is given up.
 */
async function handled(record: Delivery | Unreadable, invocation: Invocation): Promise<Reply> {
  const { ports } = invocation.worker;
  try {
    if ('message' in record) return await lostLife(record, invocation);
    await buryUnreadable(record, ports);
    return { kind: 'acknowledge' };
  } catch (error) {
    const message = 'lost message not handled, it comes back';
    ports.telemetry.log({ level: 'error', message, fields: { error: String(error) } });
    const { receivedFrom, receiptHandle } = record;
    await hide(ports, receivedFrom, { receiptHandle, seconds: SQS_MAX_DELAY_SECONDS });
    return { kind: 'return' };
  }
}

async function lostLife(delivery: Delivery, invocation: Invocation): Promise<Reply> {
  const { message, queue, sentAtMs, receiveCount } = delivery;
  const { backend, clock, telemetry } = invocation.worker.ports;
  const item = await backend.read(message.id);
  const decision = lostDecision(message, item, sentAtMs, clock.now());
  switch (decision.kind) {
    case 'settle':
      return obey(decision, delivery, invocation);
    case 'drop':
      return obey({ kind: 'drop', why: 'ended-by-another' }, delivery, invocation);
    case 'end': {
      const ran = { policy: DEFAULT_POLICY, attempt: undefined, retries: retriesOf(message, item) };
      return settle(unrunOutcome(message, decision.why), delivery, ran, invocation);
    }
    case 'send-back':
      await carryOn(queue, resent(message, sentAtMs), invocation.worker.ports, SQS_MAX_DELAY_SECONDS);
      telemetry.event({ kind: 'sent-back', queue, task: message.task, id: message.id, receiveCount });
      return { kind: 'acknowledge' };
  }
}
