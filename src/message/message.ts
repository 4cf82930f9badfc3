import type { Json, JsonObject } from '../base/json.ts';
import type { Input, Next } from './next.ts';

/**
 * One send of one task: what travels, as the code sees it. `codec.ts` has its form on the wire.
 *
 * @see docs/protocol.md
 */
export interface Message {
  /** The task: its handle, its item, its identity over retries and redrives. */
  readonly id: string;
  /** One logical send. Kept when the same message is sent again by the SDK or by us; another send of the same id has another. */
  readonly copy: string;
  /** The task's name. */
  readonly task: string;
  readonly args: readonly Json[];
  /** The first argument, before `args`, by reference. */
  readonly input?: Input;
  /** The body runs once for each item of `args[0]`: with the item, or with it as the list of arguments. */
  readonly each?: 'map' | 'starmap';
  /** What follows from it. */
  readonly next?: Next;
  /** The first task of the workflow; its own id where nothing sent it. */
  readonly root: string;
  /** The task that sent it. */
  readonly parent?: string;
  /** Retries that lie behind it, as far as its sender knew; the item may know of more. */
  readonly retries: number;
  /** Not before. */
  readonly etaMs?: number;
  /** Not after: a task that has not ended by then is revoked at its next delivery. */
  readonly expiresAtMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** @see https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent?: string;
  /** Sends by user code inside tasks that lie behind it. */
  readonly hops: number;
  /** The sender had been delivered before, or sent it before: the task may exist already. */
  readonly again: boolean;
  /** Never run without a claim, since another may have sent it too: errbacks, and all that a barrier sends. */
  readonly claim: boolean;
  /** Raised each time the task goes on under the same id with another request. */
  readonly generation: number;
  /** Raised by each redrive. */
  readonly round: number;
  /** Moved back from a dead-letter queue: may start again what failed by its own code. */
  readonly redriven: boolean;
  /** When it was first sent, kept by every re-sending; absent on a first sending, whose time SQS knows. */
  readonly sentAtMs?: number;
  readonly limits: CallLimits;
  /** Set if the body is of a later version than this code reads: then only identity and round are known, and the body is kept. */
  readonly newer?: { readonly version: number; readonly body: JsonObject };
}

/** What a call says over the task's own options. */
export interface CallLimits {
  readonly maxRetries?: number | null;
  readonly timeLimitMs?: number;
  readonly softTimeLimitMs?: number;
  readonly ignoreResult?: boolean;
}

/** What a message has when its sender says nothing: enough for `{"task":"…","args":[…]}` from anywhere. */
export const MESSAGE_DEFAULTS: Pick<
  Message,
  'args' | 'retries' | 'hops' | 'again' | 'claim' | 'generation' | 'round' | 'redriven' | 'limits'
> = Object.freeze({
  args: [],
  retries: 0,
  hops: 0,
  again: false,
  claim: false,
  generation: 0,
  round: 0,
  redriven: false,
  limits: {},
});

/** The same message to be sent once more: same copy, its first time kept, and marked as perhaps known. */
export function resent(message: Message, sentAtMs: number): Message {
  return { ...message, again: true, sentAtMs: message.sentAtMs ?? sentAtMs };
}

/**
 * The message as its dead letter: moved back to its queue it starts a new round at zero retries.
 *
 * `eta` has passed, and `expires` would revoke what an operator asks to run: both are left out.
 */
export function deadLetterOf(message: Message): Message {
  const { etaMs: _eta, expiresAtMs: _expires, sentAtMs: _sent, ...rest } = message;
  return { ...rest, retries: 0, again: true, round: message.round + 1, redriven: true };
}
