import { memberId as memberIdOf } from '../base/path-ids.ts';
import type { Ports } from '../ports/ports.ts';
import type { NodeAt } from '../protocol/barrier-item.ts';
import { FANOUT, isFull, nodesAt, topLevelOf } from '../protocol/tree.ts';

/** A group as its handles know it. */
export interface Group {
  readonly id: string;
  /** Learned from the group's head where the sender has not said it; never changes then. */
  size: number | undefined;
  /** The task whose end is that of a member, where the sender has said it. */
  readonly taskOf: (index: number) => string | undefined;
}

/** A group of which only the id is known, or also its size and the tasks of its members. */
export function groupOf(id: string, size?: number, taskOf: Group['taskOf'] = () => undefined): Group {
  return { id, size, taskOf };
}

/** How many members the group has; unknown where it is still being counted, or where there is no such group. */
export async function sizeOf(group: Group, { barrier }: Ports): Promise<number | undefined> {
  group.size ??= (await barrier.readHead(group.id))?.size;
  return group.size;
}

/** Tells by one node whether all members have arrived. */
export async function isComplete(group: Group, ports: Ports): Promise<boolean> {
  const size = await sizeOf(group, ports);
  if (size === undefined || size === 0) return size === 0;
  const level = topLevelOf(size);
  const [top] = await ports.barrier.readNodes([{ group: group.id, level, node: 0 }]);
  return top !== undefined && isFull(top, level === 0 ? size : nodesAt(level - 1, size));
}

/** The places of a leaf's members. Of an unknown size: all that it may have. */
export function placesOf(leaf: number, size: number | undefined): readonly number[] {
  const first = leaf * FANOUT;
  const length = size === undefined ? FANOUT : Math.max(0, Math.min(FANOUT, size - first));
  return Array.from({ length }, (_, child) => first + child);
}

/** Where so many leaves stand, one after the other. */
export function leavesAt({ id }: Pick<Group, 'id'>, first: number, count: number): readonly NodeAt[] {
  return Array.from({ length: count }, (_, n) => ({ group: id, level: 0, node: first + n }));
}

export function memberId(group: Group, index: number): string {
  return memberIdOf(group.id, index);
}
