import { SQS_MAX_DELAY_SECONDS } from '../base/limits.ts';
import { sendBody } from '../client/outbox.ts';
import { encode, MAX_CARRIED_BYTES } from '../message/codec.ts';
import type { Message } from '../message/message.ts';
import type { Ports } from '../ports/ports.ts';
import type { Effect } from '../protocol/effects.ts';
import type { MovedRequest } from '../protocol/item.ts';
import { buryTask } from './dead-letter.ts';
import type { Delivery } from './delivery.ts';
import type { Invocation } from './invocation.ts';

/** Carries one effect out. @throws {SendError} it could not be done; the message comes back and settles again */
export async function perform(effect: Effect, { queue }: Delivery, { worker }: Invocation): Promise<void> {
  switch (effect.kind) {
    case 'dead-letter':
      return buryTask(effect, queue, worker.ports);
  }
}

/** Sends the stored request of a MOVED task; the same copy, however often. */
export async function sendOn({ queue, message }: MovedRequest, { worker }: Invocation): Promise<void> {
  const leftMs = (message.etaMs ?? 0) - worker.ports.clock.now();
  const delaySeconds = Math.min(SQS_MAX_DELAY_SECONDS, Math.max(0, Math.ceil(leftMs / 1_000)));
  await carryOn(queue, message, worker.ports, delaySeconds);
}

/** Sends a message that is on its way already to a queue: it may have all the room that SQS gives. */
export async function carryOn(queue: string, message: Message, ports: Ports, delaySeconds: number): Promise<void> {
  await sendBody(ports, queue, { body: encode(message, MAX_CARRIED_BYTES), delaySeconds });
}
