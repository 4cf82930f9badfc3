import { SQS_MAX_MESSAGE_BYTES } from '../base/limits.ts';
import type { TaskError } from '../base/stored-error.ts';
import { sendBody } from '../client/outbox.ts';
import { encode, MAX_CARRIED_BYTES } from '../message/codec.ts';
import type { Ports } from '../ports/ports.ts';
import { deadLetterQueueOf } from '../ports/queue-names.ts';
import type { DeadLetterEffect } from '../protocol/effects.ts';
import type { DeadLetterReason } from '../protocol/item.ts';
import type { Unreadable } from './delivery.ts';

/** Puts a failed task's message on the dead-letter queue, ready to be moved back, with the reason in its attributes. */
export async function buryTask(effect: DeadLetterEffect, queue: string, ports: Ports): Promise<void> {
  const { message, reason } = effect;
  const attributes = attributesOf({ ...effect, origin: queue, task: message.task, id: message.id });
  const entry = { body: encode(message, MAX_CARRIED_BYTES), delaySeconds: 0, attributes };
  await sendBody(ports, deadLetterQueueOf(queue), entry);
  ports.telemetry.event({ kind: 'dead-lettered', queue, task: message.task, id: message.id, reason });
}

/** Puts a body that nobody can read on the dead-letter queue, as it is, with as much of the reason as there is room for. */
export async function buryUnreadable(
  { unreadable, body, queue, sqsMessageId }: Unreadable,
  ports: Ports,
): Promise<void> {
  const error = { name: unreadable.name, message: unreadable.message, code: unreadable.code };
  const all = attributesOf({ reason: 'unreadable', error, attempt: 0, origin: queue, task: '', id: sqsMessageId });
  const free = SQS_MAX_MESSAGE_BYTES - Buffer.byteLength(body);
  const attributes = [all, { reason: 'unreadable' }].find((candidate) => bytesOf(candidate) <= free);
  const entry = { body, delaySeconds: 0, ...(attributes ? { attributes } : {}) };
  await sendBody(ports, deadLetterQueueOf(queue), entry);
  ports.telemetry.event({ kind: 'unreadable', queue, sqsMessageId, error: unreadable.message });
}

interface Facts {
  readonly reason: DeadLetterReason;
  readonly error: TaskError | undefined;
  readonly attempt: number;
  readonly origin: string;
  readonly task: string;
  readonly id: string;
}

/** All of them together stay below `DEAD_LETTER_ATTRIBUTES_BYTES`. */
const LONGEST = { errorMessage: 1_000, task: 1_000, other: 200 };

/** Why a message is a dead letter, for whoever looks at the queue: no arguments, no stack. */
function attributesOf({ reason, error, attempt, origin, task, id }: Facts): Record<string, string> {
  const all = {
    reason,
    error: ascii(error?.name, LONGEST.other),
    errorCode: ascii(error?.code, LONGEST.other),
    errorMessage: ascii(error?.message, LONGEST.errorMessage),
    attempt: String(attempt),
    origin,
    task: ascii(task, LONGEST.task),
    id,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** What SQS takes in an attribute, whatever an error's text holds. */
function ascii(text: string = '', longest: number): string {
  return text.slice(0, longest).replace(/[^\x20-\x7e]/g, (c) => (c === '\n' || c === '\t' ? ' ' : '?'));
}

/** As SQS counts them: name, type and value. */
function bytesOf(attributes: Readonly<Record<string, string>>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + name.length + 'String'.length + value.length,
    0,
  );
}
