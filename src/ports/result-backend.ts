import type { TaskItem } from '../protocol/item.ts';
import type { Refusal, Write } from '../protocol/write.ts';

/** The table of task states and results, and of what operators order: DynamoDB in production, in memory in tests. */
export interface ResultBackend {
  /** Reads one task, strongly consistent; `undefined` if there is none or its time has passed. */
  read(id: string): Promise<TaskItem | undefined>;

  /** Reads many tasks, strongly consistent, in any order of its own; those that are not there are left out. */
  readMany(ids: readonly string[]): Promise<ReadonlyMap<string, TaskItem>>;

  /**
   * Reads the members `100 * leaf` to `100 * leaf + 99` of a group (those called `<group>.<index>`), strongly consistent, by
   * their index and in its order; those that are not there are left out.
   */
  readMembers(group: string, leaf: number): Promise<ReadonlyMap<number, TaskItem>>;

  /**
   * Carries out one conditional write and answers with the item after it, or with the refusal and the item that refused it.
   *
   * Atomic, and safe to repeat when an answer was lost. Gives exactly what `applyWrite` gives on the stored item.
   *
   * @param known  the item as this caller last saw it; a hint that saves a read, never trusted
   * @throws {Error} the store did not answer; the write may have happened
   */
  write(write: Write, known?: TaskItem): Promise<WriteAnswer>;

  /** Puts an id (a task or the root of a workflow) on the list of revoked ones. */
  addRevocation(revocation: Revocation): Promise<void>;

  /**
   * What every worker has to know, in one read: the revocations added at or after `sinceMs`, oldest first, and all that is
   * ordered and known of queues, in any order.
   */
  ordersSince(sinceMs: number): Promise<Orders>;

  /** Pauses a queue until it is resumed. One that is paused already stays so since then. */
  pauseQueue(queue: string): Promise<void>;

  /** Lets a queue go on; one that is not paused as well. */
  resumeQueue(queue: string): Promise<void>;

  /**
   * Takes on the check of a queue's event source mapping, for which one environment is enough.
   *
   * @returns false if another has taken it on less than `everyMs` ago
   */
  beginCheck(queue: string, everyMs: number): Promise<boolean>;

  /** Tells all workers what the check has found: see `wholeBatches`. */
  endCheck(queue: string, wholeBatches: boolean): Promise<void>;
}

/** What became of a write. */
export type WriteAnswer =
  | { readonly written: true; readonly item: TaskItem }
  | { readonly written: false; readonly refused: Refusal; readonly item: TaskItem | undefined };

/** One revoked id. */
export interface Revocation {
  readonly id: string;
  readonly atMs: number;
  readonly expiresAtMs: number;
}

/** What operators order, and what workers tell one another. */
export interface Orders {
  readonly revocations: readonly Revocation[];
  readonly queues: readonly QueueNote[];
}

/** What is ordered and known of one queue: by the app's name of it, also of a lost queue. */
export interface QueueNote {
  readonly queue: string;
  /** Since when nothing of it is run; absent if it is not paused. */
  readonly pausedAtMs?: number;
  /** When its event source mapping was looked at last. */
  readonly checkedAtMs?: number;
  /** Its mapping does not report partial batch failures: what a batch returns is deleted, unless the whole batch fails. */
  readonly wholeBatches?: boolean;
}
