import { effects } from '../protocol/effects.ts';
import { type Ruling, ruling } from '../protocol/guard.ts';
import type { MovedRequest, TaskItem } from '../protocol/item.ts';
import { defer } from './defer.ts';
import type { Delivery } from './delivery.ts';
import type { Invocation, Reply } from './invocation.ts';
import { type Sender, sendInstead } from './onward.ts';
import type { Outcome } from './outcome.ts';
import { performAll, sendOn } from './perform.ts';
import { told } from './report.ts';
import { leavesNoTrace, type Ran, store } from './store.ts';

/**
 * After the run: store the outcome, then its effects, then acknowledge.
 *
 * Each step may happen twice without harm, and a crash between two of them is made good by the redelivery: it finds the
 * stored outcome and settles again from it. A write that is refused is answered by the item: its owner settles, others drop.
 */
export async function settle(outcome: Outcome, delivery: Delivery, ran: Ran, invocation: Invocation): Promise<Reply> {
  if (leavesNoTrace(outcome, delivery, ran)) {
    told(outcome, delivery, ran, invocation);
    return { kind: 'acknowledge' };
  }
  const answer = await store(outcome, delivery, ran, invocation);
  if (answer.written) {
    told(outcome, delivery, ran, invocation);
    return follow(answer.item, outcome, { delivery, invocation, again: mayBeAgain(delivery) });
  }
  const { clock } = invocation.worker.ports;
  const token = ran.attempt?.claim?.token;
  const asker = { message: delivery.message, atMostOnce: false, nowMs: clock.now(), ...(token ? { token } : {}) };
  const rule = ruling(answer.item, asker);
  // an item that has not ended is left to the next delivery
  return rule.kind === 'end' || rule.kind === 'again' ? { kind: 'return' } : obey(rule, delivery, invocation);
}

/** The rulings on a delivery that is not to run, and has not to be ended either. */
type Instead = Exclude<Ruling, { kind: 'end' | 'again' }>;

/** Does what the guard's row says to a delivery that is not to run. */
export async function obey(rule: Instead, delivery: Delivery, invocation: Invocation): Promise<Reply> {
  const { telemetry } = invocation.worker.ports;
  const of = { queue: delivery.queue, task: delivery.message.task, id: delivery.message.id };
  switch (rule.kind) {
    case 'settle':
      telemetry.event({ kind: 'settled-again', ...of, state: rule.item.state });
      return carryOut(rule.item, { delivery, invocation, again: true });
    case 'resend':
      await sendRequest(rule.item, rule.request, { delivery, invocation, again: true });
      return { kind: 'acknowledge' };
    case 'drop':
      telemetry.event({ kind: 'dropped', ...of, why: rule.why });
      return { kind: 'acknowledge' };
    case 'wait':
      return defer(delivery, rule.untilMs, rule.why, invocation);
  }
}

/** What follows from an outcome that was just stored. */
async function follow(item: TaskItem, outcome: Outcome, sender: Sender): Promise<Reply> {
  switch (outcome.kind) {
    case 'retry':
      return defer(sender.delivery, outcome.nextAtMs, 'retry', sender.invocation);
    case 'move':
    case 'replace':
      await sendRequest(item, item.request as MovedRequest, sender);
      return { kind: 'acknowledge' };
    default:
      return carryOut(item, sender);
  }
}

/** Sends what a MOVED task goes on with. */
async function sendRequest(item: TaskItem, request: MovedRequest, sender: Sender): Promise<void> {
  if ('message' in request) return sendOn(request.queue, request.message, sender.invocation.worker.ports);
  await performAll(await sendInstead(request, sender), item, sender);
}

async function carryOut(item: TaskItem, sender: Sender): Promise<Reply> {
  await performAll(effects(sender.delivery.message, item), item, sender);
  return { kind: 'acknowledge' };
}

/** A message that was delivered before may have been settled before. */
function mayBeAgain({ message, receiveCount }: Delivery): boolean {
  return message.again || receiveCount > 1;
}
