import { MAX_HOPS, MAX_STARTS } from '../base/limits.ts';
import { isEnd } from '../base/states.ts';
import type { Message } from '../message/message.ts';
import { failedByItself, heldByAnother, type MovedRequest, seenFromRound, type TaskItem } from './item.ts';

/** What the guard looks at before any read or write. */
export interface Arrival {
  readonly message: Message;
  readonly receiveCount: number;
  /** When this message was first sent. */
  readonly sentAtMs: number;
  /** On the list of revoked ids, itself or its root. */
  readonly revoked: boolean;
  /** The worker's code has the task and reads the message's version; otherwise why not. */
  readonly unknown?: 'unknown-task' | 'newer-version';
  /** How long an unknown task may wait for a deployment. */
  readonly graceMs: number;
  /** Tracked tasks and at-most-once tasks are always claimed. */
  readonly mustClaim: boolean;
  readonly nowMs: number;
}

/** What to do with a delivery, before reading anything. */
export type Admission =
  | { readonly kind: 'run' }
  | { readonly kind: 'claim' }
  | { readonly kind: 'wait'; readonly untilMs: number; readonly why: 'eta' | 'unknown-task' | 'newer-version' }
  | { readonly kind: 'end'; readonly why: UnrunReason };

/** Why a task ends without its code having run. */
export type UnrunReason =
  | 'revoked'
  | 'expired'
  | 'hop-limit'
  | 'unknown-task'
  | 'newer-version'
  | 'worker-lost'
  | 'begun-once';

/** An unknown task asks again so often while it waits for a deployment. */
const UNKNOWN_POLL_MS = 60_000;

/**
 * The guard's first half: most messages are the first delivery of a plain task and run at once, without a read or a write.
 *
 * @see docs/protocol.md
 */
export function guard(arrival: Arrival): Admission {
  const { message, nowMs } = arrival;
  if (arrival.revoked && !message.redriven) return { kind: 'end', why: 'revoked' };
  if (message.expiresAtMs !== undefined && message.expiresAtMs <= nowMs) return { kind: 'end', why: 'expired' };
  if (message.etaMs !== undefined && message.etaMs > nowMs) return { kind: 'wait', untilMs: message.etaMs, why: 'eta' };
  if (message.hops > MAX_HOPS) return { kind: 'end', why: 'hop-limit' };
  if (arrival.unknown) return unknown(arrival, arrival.unknown);
  return isPlainFirstDelivery(arrival) ? { kind: 'run' } : { kind: 'claim' };
}

function unknown(arrival: Arrival, why: 'unknown-task' | 'newer-version'): Admission {
  const { message, sentAtMs, graceMs, nowMs } = arrival;
  const untilMs = Math.max(message.sentAtMs ?? sentAtMs, message.etaMs ?? 0) + graceMs;
  if (untilMs <= nowMs) return { kind: 'end', why };
  return { kind: 'wait', untilMs: Math.min(untilMs, nowMs + UNKNOWN_POLL_MS), why };
}

function isPlainFirstDelivery({ message, receiveCount, mustClaim }: Arrival): boolean {
  return receiveCount <= 1 && !message.again && message.generation === 0 && message.round === 0 && !mustClaim;
}

/** Who asks what to do after a write of his was refused. */
export interface Asker {
  readonly message: Message;
  readonly token?: string;
  readonly atMostOnce: boolean;
  readonly nowMs: number;
}

/** What to do with a delivery whose claim, or whose later write, was refused. */
export type Ruling =
  | { readonly kind: 'settle'; readonly item: TaskItem }
  | {
      readonly kind: 'drop';
      readonly why: 'ended-by-another' | 'later-round' | 'moved-on' | 'owned-by-another' | 'own-failure';
    }
  | { readonly kind: 'resend'; readonly item: TaskItem; readonly request: MovedRequest }
  | { readonly kind: 'wait'; readonly untilMs: number; readonly why: 'held' | 'not-due' }
  | { readonly kind: 'end'; readonly why: UnrunReason }
  | { readonly kind: 'again' };

/**
 * The guard's second half: the first row that fits the item tells what to do. `again` means that nothing in the item stands
 * in the way any more, so the claim is simply tried once more.
 *
 * @see docs/protocol.md
 */
export function ruling(stored: TaskItem | undefined, asker: Asker): Ruling {
  if (!stored) return { kind: 'again' };
  const { message } = asker;
  const item = seenFromRound(stored, message.round, message.generation);
  return ofRound(stored, item, message) ?? ofOwner(item, message) ?? ofClaim(item, asker) ?? { kind: 'again' };
}

/** Another round, or ended. */
function ofRound(stored: TaskItem, item: TaskItem, message: Message): Ruling | undefined {
  if (item.round > message.round) return { kind: 'drop', why: 'later-round' };
  if (isEnd(item.state)) {
    const own = item.copy === undefined || item.copy === message.copy;
    return own ? { kind: 'settle', item } : { kind: 'drop', why: 'ended-by-another' };
  }
  if (failedByItself(stored, message.id) && !message.redriven) return { kind: 'drop', why: 'own-failure' };
  return undefined;
}

/** Gone on with another request, or somebody else's. */
function ofOwner(item: TaskItem, message: Message): Ruling | undefined {
  if (item.generation > message.generation) {
    // a canvas goes on with what follows from the message that it replaced, and from no earlier one
    const sendable = item.request && ('message' in item.request || item.generation === message.generation + 1);
    if (item.copy === undefined && item.request && sendable) return { kind: 'resend', item, request: item.request };
    return { kind: 'drop', why: 'moved-on' };
  }
  if (item.copy !== undefined && item.copy !== message.copy) return { kind: 'drop', why: 'owned-by-another' };
  return undefined;
}

/** This copy's own task, not to be begun now, or never again. */
function ofClaim(item: TaskItem, { token, atMostOnce, nowMs }: Asker): Ruling | undefined {
  if (heldByAnother(item, token, nowMs)) return { kind: 'wait', untilMs: item.lease?.untilMs ?? nowMs, why: 'held' };
  if (item.revoked) return { kind: 'end', why: 'revoked' };
  if (item.state === 'RETRY' && (item.nextAtMs ?? 0) > nowMs) {
    return { kind: 'wait', untilMs: item.nextAtMs ?? nowMs, why: 'not-due' };
  }
  if (atMostOnce && item.starts > 0) return { kind: 'end', why: 'begun-once' };
  return item.starts >= MAX_STARTS ? { kind: 'end', why: 'worker-lost' } : undefined;
}
