import { resent } from '../message/message.ts';
import { wait } from '../protocol/wait.ts';
import type { Delivery } from './delivery.ts';
import { hide } from './hide.ts';
import type { Invocation, Reply } from './invocation.ts';
import { carryOn } from './perform.ts';

/**
 * Lets a message wait until `untilMs`: by its visibility timeout, or sent anew with a delay where that would hold it in
 * flight too long or use up its receives.
 */
export async function defer(delivery: Delivery, untilMs: number, why: string, invocation: Invocation): Promise<Reply> {
  const { ports } = invocation.worker;
  const { message, queue, receivedFrom, receiptHandle, receiveCount, sentAtMs } = delivery;
  const waiting = wait(receiveCount, untilMs, ports.clock.now());
  const inSeconds = waiting.kind === 'visibility' ? waiting.seconds : waiting.delaySeconds;
  if (why !== 'retry') {
    ports.telemetry.event({ kind: 'deferred', queue, task: message.task, id: message.id, why, inSeconds });
  }
  if (waiting.kind === 'resend') {
    await carryOn(queue, resent(message, sentAtMs), ports, waiting.delaySeconds);
    return { kind: 'acknowledge' };
  }
  await hide(ports, receivedFrom, { receiptHandle, seconds: waiting.seconds });
  return { kind: 'return' };
}
