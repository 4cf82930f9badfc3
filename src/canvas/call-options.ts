import type { Duration } from '../base/durations.ts';
import type { QueueName } from './register.ts';

/** What one call says over the task's own options. Bare numbers of time are seconds. */
export type CallOptions<Q extends string = QueueName> = SendOptions<Q> & When;

/** Everything of a call but its time. */
export interface SendOptions<Q extends string> {
  /** Wins over the task's own queue and over every route. */
  readonly queue?: Q;
  /** A task that has not begun by then is revoked: a duration from the send, or a moment. @default the task's own */
  readonly expires?: Duration | Date;
  /** Read as `self.request.headers`; they count towards the size of the message. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stores no result; the handle's `get()` gives null at once. @default the task's own */
  readonly ignoreResult?: boolean;
  /** Retries after the first attempt; null: for ever. @default the task's own */
  readonly maxRetries?: number | null;
  /**
   * The task's id, 1 to 200 letters, digits or `. _ : / -`. Unique by the caller's care: a second task of the same id is
   * dropped. @default a UUIDv7
   */
  readonly taskId?: string;
  /** The attempt fails when it takes longer; at most 900 s. @default the task's own */
  readonly timeLimit?: Duration;
  /** `self.signal` aborts when the attempt takes longer; at most `timeLimit`. @default the task's own */
  readonly softTimeLimit?: Duration;
  /** Not built yet: FIFO queues come later. */
  readonly messageGroupId?: string;
}

/** Either `countdown` (from the send) or `eta` (a moment, as a Date or an ISO 8601 text), at most 14 days ahead. */
export type When =
  | { readonly countdown?: Duration; readonly eta?: NotTogetherWith<'countdown'> }
  | { readonly countdown?: never; readonly eta?: Date | string };

/** No such value exists; the name is the error message. */
export interface NotTogetherWith<Option extends string> {
  readonly '~notTogetherWith': Option;
}
