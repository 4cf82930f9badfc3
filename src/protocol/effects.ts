import type { TaskError } from '../base/stored-error.ts';
import { deadLetterOf, type Message } from '../message/message.ts';
import type { DeadLetterReason, TaskItem } from './item.ts';

/** One thing that has to happen after an outcome is stored; each may happen twice without harm. */
export type Effect = {
  readonly kind: 'dead-letter';
  readonly message: Message;
  readonly reason: DeadLetterReason;
  readonly error: TaskError | undefined;
  readonly attempt: number;
};

/**
 * What has to happen, given the stored outcome. Nothing is taken from memory: a redelivered message whose outcome is stored
 * gets the same list.
 *
 * Failure of its own: the dead letter. Success, revoked, ignored: nothing.
 *
 * @see docs/protocol.md
 */
export function effects(message: Message, item: TaskItem): readonly Effect[] {
  if (item.state !== 'FAILURE' || item.cause !== message.id) return [];
  const { error, attempt, reason = 'permanent' } = item;
  return [{ kind: 'dead-letter', message: deadLetterOf(message), reason, error, attempt }];
}
