/**
 * The queues: SQS in production, in memory in tests.
 *
 * A queue is called by its own name; its lost queue and its dead-letter queue by `queue-names.ts`.
 */
export interface Broker {
  /**
   * Sends up to ten messages whose bodies and attributes together fit `SQS_MAX_BATCH_BYTES`, in one call.
   *
   * At least once: a call whose answer was lost is repeated. Never throws for one bad entry, nor for
   * a queue that does not exist; it answers for each.
   *
   * @throws {Error} the call itself failed, and none of the entries is known to be sent
   */
  send(queue: string, entries: readonly OutgoingEntry[]): Promise<readonly SendAnswer[]>;

  /** Deletes received messages; those that are gone already count as deleted. */
  delete(queue: string, receiptHandles: readonly string[]): Promise<void>;

  /** Hides received messages for so many seconds from now (0 to 43,200); those no longer in flight are left alone. */
  changeVisibility(queue: string, changes: readonly VisibilityChange[]): Promise<void>;
}

/** A message on its way out. */
export interface OutgoingEntry {
  readonly body: string;
  /** 0 to 900. */
  readonly delaySeconds: number;
  /** String attributes, at most ten; the values are plain ASCII. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What became of one entry, in the order of the entries. */
export type SendAnswer =
  | { readonly sent: true }
  | { readonly sent: false; readonly retryable: boolean; readonly reason: string };

/** A new visibility timeout for one received message. */
export interface VisibilityChange {
  readonly receiptHandle: string;
  readonly seconds: number;
}
