import type { TaskItem } from '../protocol/item.ts';

/** A claim that a delivery holds. */
export interface Claimed {
  readonly token: string;
  /** The item right after the claim. */
  readonly item: TaskItem;
}
