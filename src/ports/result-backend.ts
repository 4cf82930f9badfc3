import type { TaskItem } from '../protocol/item.ts';
import type { Refusal, Write } from '../protocol/write.ts';

/** The table of task states and results, and of revocations: DynamoDB in production, in memory in tests. */
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

  /** The revocations added at or after `sinceMs`, oldest first. */
  revocationsSince(sinceMs: number): Promise<readonly Revocation[]>;
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
