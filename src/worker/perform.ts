import { SQS_MAX_DELAY_SECONDS } from '../base/limits.ts';
import type { TaskError } from '../base/stored-error.ts';
import { sendBody } from '../client/outbox.ts';
import { encode } from '../message/codec.ts';
import type { Message } from '../message/message.ts';
import { deadLetterQueueOf } from '../ports/queue-names.ts';
import type { Effect } from '../protocol/effects.ts';
import type { DeadLetterReason, MovedRequest } from '../protocol/item.ts';
import type { Delivery, Unreadable } from './delivery.ts';
import type { Invocation } from './invocation.ts';

/** Carries one effect out. @throws {SendError} it could not be done; the message comes back and settles again */
export async function perform(effect: Effect, delivery: Delivery, invocation: Invocation): Promise<void> {
  switch (effect.kind) {
    case 'dead-letter': {
      const attributes = deadLetterAttributes({
        ...effect,
        origin: delivery.queue,
        task: effect.message.task,
        id: effect.message.id,
      });
      await sendMessageTo(deadLetterQueueOf(delivery.queue), effect.message, invocation, { attributes });
    }
  }
}

/** Sends the stored request of a MOVED task; the same copy, however often. */
export async function sendOn({ queue, message }: MovedRequest, invocation: Invocation): Promise<void> {
  const leftMs = (message.etaMs ?? 0) - invocation.worker.ports.clock.now();
  const delaySeconds = Math.min(SQS_MAX_DELAY_SECONDS, Math.max(0, Math.ceil(leftMs / 1_000)));
  await sendMessageTo(queue, message, invocation, { delaySeconds });
}

/** Puts a body that nobody can read on the dead-letter queue, as it is, with the reason. */
export async function buryUnreadable(
  { unreadable, body, queue, sqsMessageId }: Unreadable,
  invocation: Invocation,
): Promise<void> {
  const error = { name: unreadable.name, message: unreadable.message, code: unreadable.code };
  const attributes = deadLetterAttributes({
    reason: 'unreadable',
    error,
    attempt: 0,
    origin: queue,
    task: '',
    id: sqsMessageId,
  });
  await sendBody(invocation.worker.ports, deadLetterQueueOf(queue), { body, delaySeconds: 0, attributes });
}

/** Sends a built message to a queue. */
export async function sendMessageTo(
  queue: string,
  message: Message,
  { worker }: Invocation,
  {
    delaySeconds = 0,
    attributes,
  }: { readonly delaySeconds?: number; readonly attributes?: Readonly<Record<string, string>> },
): Promise<void> {
  const entry = { body: encode(message), delaySeconds, ...(attributes ? { attributes } : {}) };
  await sendBody(worker.ports, queue, entry);
}

interface DeadLetterFacts {
  readonly reason: DeadLetterReason;
  readonly error: TaskError | undefined;
  readonly attempt: number;
  readonly origin: string;
  readonly task: string;
  readonly id: string;
}

/** Bytes of the error's text in a dead letter; all attributes together stay below `DEAD_LETTER_RESERVE_BYTES`. */
const MAX_ATTRIBUTE_CHARS = 1_000;

/** Why a message is a dead letter, for whoever looks at the queue: no arguments, no stack. */
export function deadLetterAttributes({
  reason,
  error,
  attempt,
  origin,
  task,
  id,
}: DeadLetterFacts): Record<string, string> {
  const all = {
    reason,
    error: error?.name ?? '',
    errorCode: error?.code ?? '',
    errorMessage: error?.message ?? '',
    attempt: String(attempt),
    origin,
    task,
    id,
  };
  const told = Object.entries(all).filter(([, value]) => value !== '');
  return Object.fromEntries(told.map(([name, value]) => [name, ascii(value)]));
}

/** What SQS takes in an attribute, whatever an error's text holds. */
function ascii(text: string): string {
  return text.slice(0, MAX_ATTRIBUTE_CHARS).replace(/[^\x20-\x7e]/g, (c) => (c === '\n' || c === '\t' ? ' ' : '?'));
}
