import { UNENDED_ITEM_SECONDS } from '../base/limits.ts';
import type { Writer } from '../protocol/write.ts';
import type { Claimed } from './claimed.ts';
import type { Delivery } from './delivery.ts';

/** Who writes for this delivery; the item lives as long as one that has not ended, unless `livesMs` says otherwise. */
export function writerOf(
  { message, queue }: Delivery,
  claim: Claimed | undefined,
  nowMs: number,
  livesMs: number = UNENDED_ITEM_SECONDS * 1_000,
): Writer {
  return {
    id: message.id,
    task: message.task,
    queue,
    root: message.root,
    ...(message.parent !== undefined ? { parent: message.parent } : {}),
    copy: message.copy,
    generation: message.generation,
    round: message.round,
    redriven: message.redriven,
    ...(claim ? { token: claim.token } : {}),
    nowMs,
    expiresAtMs: nowMs + livesMs,
  };
}
