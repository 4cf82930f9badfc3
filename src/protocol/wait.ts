import {
  MAX_RECEIVE_COUNT,
  MAX_VISIBILITY_WAIT_MS,
  RECEIVES_KEPT_FREE,
  SQS_MAX_DELAY_SECONDS,
} from '../base/limits.ts';

/** How a message waits: in its queue, by its visibility timeout, or sent anew with a delay. */
export type Wait =
  | { readonly kind: 'visibility'; readonly seconds: number }
  | { readonly kind: 'resend'; readonly delaySeconds: number };

/**
 * Decides how a delivery waits until `untilMs`.
 *
 * By visibility, unless more than 15 minutes are left (a message that waits so counts against the 120,000 in flight), or the
 * message is within two receives of the lost queue: then the same envelope is sent again with a delay. So waiting never uses
 * up the backstop.
 *
 * @see docs/protocol.md
 */
export function wait(receiveCount: number, untilMs: number, nowMs: number): Wait {
  const leftMs = Math.max(0, untilMs - nowMs);
  const seconds = Math.ceil(leftMs / 1_000);
  if (leftMs > MAX_VISIBILITY_WAIT_MS || receiveCount >= MAX_RECEIVE_COUNT - RECEIVES_KEPT_FREE) {
    return { kind: 'resend', delaySeconds: Math.min(seconds, SQS_MAX_DELAY_SECONDS) };
  }
  return { kind: 'visibility', seconds };
}
