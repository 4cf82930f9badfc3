import type { Json } from '../base/json.ts';
import type { TaskStatus } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskItem } from '../protocol/item.ts';
import { ancestorsOf, endedBadly } from './ancestors.ts';
import type { Seen } from './base-handle.ts';
import { groupOf } from './group.ts';
import { seeGroup } from './group-status.ts';
import { readValue, statusBelow, statusOf } from './task-status.ts';

/** What an id is known to be: its handle's sender says `task`, while an id from elsewhere may be a group's as well. */
export type IdKind = 'task' | 'any';

/**
 * Looks at what is stored under an id.
 *
 * Where that is nothing, it looks further: something above it may have ended badly, or it is the id of a group.
 */
export async function see(ports: Ports, id: string, kind: IdKind = 'any'): Promise<Seen> {
  const item = await ports.backend.read(id);
  const own = item && !isBlank(item) ? item : undefined;
  if (own && !own.marked) return asStored(own, id, ports);
  const head = kind === 'any' ? await ports.barrier.readHead(id) : undefined;
  if (head) return seeGroup(groupOf(id, head.size), ports); // its mark is of a round before it was sent
  if (own) return asStored(own, id, ports);
  return { status: await statusAbove(ports, id), value: async () => null };
}

function asStored(item: TaskItem, id: string, ports: Ports): Seen {
  return { status: statusOf(item, ports.clock.now()), value: () => readValue(item, id, ports) };
}

/** Nothing that happened is stored of it: at most that somebody revoked it. */
export function isBlank(item: TaskItem | undefined): boolean {
  return item === undefined || (item.state === 'PENDING' && !item.forgotten);
}

/** How a task without an item reads: as the nearest task above it that has ended badly; one request if there are any above. */
export async function statusAbove(ports: Ports, id: string): Promise<TaskStatus<Json>> {
  const above = await endedBadly(ports, ancestorsOf(id));
  return above ? statusBelow(above, ports.clock.now()) : { state: 'PENDING' };
}
