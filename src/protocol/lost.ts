import { LOST_AFTER_MS, MAX_STARTS } from '../base/limits.ts';
import { isEnd } from '../base/states.ts';
import type { Message } from '../message/message.ts';
import { present, type TaskItem } from './item.ts';

/** What the lost function does with a message that SQS gave up on. */
export type LostDecision =
  | { readonly kind: 'end'; readonly why: 'worker-lost' }
  | { readonly kind: 'settle'; readonly item: TaskItem }
  | { readonly kind: 'drop' }
  | { readonly kind: 'send-back' };

/**
 * Tells poison from a message that merely never reached our code.
 *
 * A task begun three times and never ended is poison. Everything else (throttling, a bundle that does not load) is sent back
 * to its queue, until it is four days old. A message of an earlier round than the item's is over, as everywhere.
 *
 * @param sentAtMs  when it was first sent
 * @see docs/protocol.md
 */
export function lostDecision(
  message: Message,
  stored: TaskItem | undefined,
  sentAtMs: number,
  nowMs: number,
): LostDecision {
  const item = present(stored, nowMs);
  const known = item && item.round >= message.round ? ofItem(item, message) : undefined;
  if (known) return known;
  const dueMs = Math.max(message.sentAtMs ?? sentAtMs, message.etaMs ?? 0);
  return nowMs - dueMs > LOST_AFTER_MS ? { kind: 'end', why: 'worker-lost' } : { kind: 'send-back' };
}

/** What the item of this round, or of a later one, says. */
function ofItem(item: TaskItem, message: Message): LostDecision | undefined {
  if (item.round > message.round) return { kind: 'drop' };
  const own = item.copy === undefined || item.copy === message.copy;
  if (isEnd(item.state)) return own ? { kind: 'settle', item } : { kind: 'drop' };
  const begunTooOften = own && item.generation === message.generation && item.starts >= MAX_STARTS;
  return begunTooOften ? { kind: 'end', why: 'worker-lost' } : undefined;
}
