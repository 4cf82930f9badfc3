import type { MemberReport, TaskStatus } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskItem } from '../protocol/item.ts';
import { nodesAt } from '../protocol/tree.ts';
import { ancestorsOf, endedBadly } from './ancestors.ts';
import { type Group, memberId, placesOf, sizeOf } from './group.ts';
import { stateName, statusBelow, statusOf } from './task-status.ts';

/** Leaves that are read ahead of the one that is looked at: so many hundred members are in memory at most. */
const READ_AHEAD = 4;

/** One leaf of a group: what is stored of its members, by their places. */
export interface Leaf {
  readonly places: readonly number[];
  readonly items: ReadonlyMap<number, TaskItem>;
}

/** Reads a group leaf by leaf, in order, a few leaves ahead. @param size  absent: up to the first leaf that is empty */
export async function* readLeaves(group: Group, ports: Ports, size: number | undefined): AsyncGenerator<Leaf> {
  const leaves = size === undefined ? Number.POSITIVE_INFINITY : nodesAt(0, size);
  const ahead: Promise<Leaf>[] = [];
  for (let leaf = 0, next = 0; leaf < leaves; leaf++) {
    for (; next < leaves && next < leaf + READ_AHEAD; next++) ahead.push(watched(readLeaf(group, ports, next, size)));
    const read = (await ahead.shift()) as Leaf;
    if (size === undefined && read.items.size === 0) return;
    yield read;
  }
}

/** Reads one leaf. Of a group that is still being counted, as far as there is anything. */
export async function readLeaf(group: Group, ports: Ports, leaf: number, size: number | undefined): Promise<Leaf> {
  const items = await ports.backend.readMembers(group.id, leaf);
  const places = placesOf(leaf, size);
  if (size !== undefined) return { places, items };
  const last = Math.max(...items.keys());
  return { places: places.filter((index) => index <= last), items };
}

/**
 * What is stored of each member, in order; nothing of what is no group.
 *
 * A member that has no item because something above it has ended badly has the state of that.
 */
export async function* memberReports(group: Group | undefined, ports: () => Ports): AsyncGenerator<MemberReport> {
  if (!group) return;
  const above = aboveMembers(group, ports());
  for await (const { places, items } of readLeaves(group, ports(), await sizeOf(group, ports()))) {
    for (const index of places)
      yield reportOf(group, index, items.get(index), await statusIn(items, index, ports(), above));
  }
}

/** How a member without an item reads: asked for once, when the first of them is met. */
export function aboveMembers(group: Group, ports: Ports): () => Promise<TaskItem | undefined> {
  let above: Promise<TaskItem | undefined> | undefined;
  return () => {
    above ??= endedBadly(ports, [group.id, ...ancestorsOf(group.id)]);
    return above;
  };
}

async function statusIn(
  items: ReadonlyMap<number, TaskItem>,
  index: number,
  { clock }: Ports,
  above: () => Promise<TaskItem | undefined>,
): Promise<TaskStatus<unknown>> {
  const item = items.get(index);
  if (item && item.state !== 'PENDING') return statusOf(item, clock.now());
  const ended = await above();
  return ended ? statusBelow(ended, clock.now()) : { state: 'PENDING' };
}

function reportOf(group: Group, index: number, item: TaskItem | undefined, status: TaskStatus<unknown>): MemberReport {
  return {
    index,
    id: memberId(group, index),
    task: item?.task || group.taskOf(index),
    state: stateName(status),
    retries: 'retries' in status ? status.retries : 0,
    startedAt: 'startedAt' in status ? status.startedAt : undefined,
    dateDone: 'dateDone' in status ? status.dateDone : undefined,
  };
}

/** Its failure is met where it is awaited; until then it is nobody's unhandled rejection. */
function watched<T>(reading: Promise<T>): Promise<T> {
  reading.catch(() => {});
  return reading;
}
