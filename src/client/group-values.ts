import { BarrierMissingError, type CeleriacError, TaskIgnoredError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { isEnd } from '../base/states.ts';
import type { GroupGetOptions } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import type { BarrierNode } from '../protocol/barrier-item.ts';
import type { TaskItem } from '../protocol/item.ts';
import { FANOUT, nodesAt } from '../protocol/tree.ts';
import { type Group, leavesAt, memberId, placesOf, sizeOf } from './group.ts';
import { aboveMembers, type Leaf, readLeaves } from './members.ts';
import { type Polling, startPolling } from './polling.ts';
import { type EndedStatus, isEnded, readValue, statusBelow, statusOf } from './task-status.ts';

/** What stands above a group that has not begun is looked at once in so many looks. */
export const LOOK_ABOVE_EVERY = 4;

/**
 * Waits for a group's members and gives their results in order.
 *
 * It looks at one leaf of the barrier at a time, the first that is not full; the members are read when all have arrived.
 *
 * @throws as `GroupResult.get` says
 */
export async function waitForGroup(group: Group, ports: Ports, options: GroupGetOptions): Promise<readonly unknown[]> {
  const polling = startPolling(ports, options, (timeout) => `group ${group.id} has not ended within ${timeout}`);
  return pollGroup(group, ports, polling, options.propagate);
}

/** The same for who has begun to wait already. */
export async function pollGroup(
  group: Group,
  ports: Ports,
  polling: Polling,
  propagate: boolean = true,
): Promise<readonly unknown[]> {
  for (;;) {
    const above = await untilArrived(group, ports, polling, propagate);
    if (above) return insteadOfAll(group, above, propagate);
    const list = await readList(group, ports, propagate);
    if (list) return list;
    await polling.pause();
  }
}

/** The results in order, as far as they are there. @throws the error of the first that is not */
export async function listOf(group: Group, ports: Ports): Promise<Json> {
  return ((await readList(group, ports, true)) ?? []) as Json;
}

/** Returns once all have arrived, or with the end of what stands above a group that will not begin. */
async function untilArrived(
  group: Group,
  ports: Ports,
  polling: Polling,
  propagate: boolean,
): Promise<EndedStatus | undefined> {
  for (let from = 0, width = FANOUT; ; width = 1) {
    const waiting = await firstWaiting(group, ports, { from, width, propagate });
    if (!waiting) return undefined;
    from = waiting.leaf;
    const above = await lookAt(waiting, group, ports, { propagate, pauses: polling.pauses });
    if (above) return above;
    await polling.pause();
  }
}

/** A leaf that is not full, or in which one has failed. */
interface Waiting {
  readonly leaf: number;
  readonly places: readonly number[];
  readonly node: BarrierNode | undefined;
}

/** The first leaf from `from` on that is waited for; nothing if all have arrived. Behind a full one a hundred are read at once. */
async function firstWaiting(
  group: Group,
  ports: Ports,
  { from, width, propagate }: { readonly from: number; readonly width: number; readonly propagate: boolean },
): Promise<Waiting | undefined> {
  for (let leaf = from, count = width; ; count = FANOUT) {
    const size = await sizeOf(group, ports);
    const leaves = size === undefined ? Number.POSITIVE_INFINITY : nodesAt(0, size);
    if (leaf >= leaves) return undefined;
    const nodes = await ports.barrier.readNodes(leavesAt(group, leaf, Math.min(count, leaves - leaf)));
    const n = nodes.findIndex((node, i) => !isDone(node, placesOf(leaf + i, size), propagate));
    if (n !== -1) return { leaf: leaf + n, places: placesOf(leaf + n, size), node: nodes[n] };
    leaf += nodes.length;
  }
}

async function lookAt(
  { node, places }: Waiting,
  group: Group,
  ports: Ports,
  { propagate, pauses }: { readonly propagate: boolean; readonly pauses: number },
): Promise<EndedStatus | undefined> {
  if (node && propagate) await throwFirstFailed(group, ports, node, places);
  return node || pauses % LOOK_ABOVE_EVERY > 0 ? undefined : endAbove(group, ports);
}

function isDone(node: BarrierNode | undefined, places: readonly number[], propagate: boolean): boolean {
  if (!node) return false;
  return places.every((index) => node.arrived.has(index % FANOUT) && !(propagate && node.failed.has(index % FANOUT)));
}

/** Throws if one has failed and all before it have succeeded: later arrivals change nothing about which is the first. */
async function throwFirstFailed(
  group: Group,
  ports: Ports,
  node: BarrierNode,
  places: readonly number[],
): Promise<void> {
  const first = places.find((index) => !node.arrived.has(index % FANOUT) || node.failed.has(index % FANOUT));
  if (first === undefined || !node.failed.has(first % FANOUT)) return;
  const error = await memberEnd(group, ports, first, await ports.backend.read(memberId(group, first)));
  if (error && 'error' in error) throw error.error;
}

/** How the nearest task above a group has ended, if it has ended badly. */
export async function endAbove(group: Group, ports: Ports): Promise<EndedStatus | undefined> {
  const above = await aboveMembers(group, ports)();
  const status = above && statusBelow(above, ports.clock.now());
  return status && isEnded(status) ? status : undefined;
}

function insteadOfAll(group: Group, above: EndedStatus, propagate: boolean): readonly unknown[] {
  const error = errorOf(above, group.id);
  if (propagate || group.size === undefined) throw error;
  return Array.from({ length: group.size }, () => error);
}

/** Reads all members; nothing if one of them runs again, in a new round. */
async function readList(group: Group, ports: Ports, propagate: boolean): Promise<readonly unknown[] | undefined> {
  const list: unknown[] = [];
  for await (const leaf of readLeaves(group, ports, await sizeOf(group, ports))) {
    for (const end of await endsOf(leaf, group, ports)) {
      if (!end) return undefined;
      if ('error' in end && propagate) throw end.error;
      list.push('error' in end ? end.error : end.value);
    }
  }
  return list;
}

function endsOf({ places, items }: Leaf, group: Group, ports: Ports): Promise<readonly (MemberEnd | undefined)[]> {
  return Promise.all(places.map((index) => memberEnd(group, ports, index, items.get(index))));
}

/** What a member came to. */
export type MemberEnd = { readonly value: Json } | { readonly error: CeleriacError };

/**
 * What a member that has arrived came to; nothing if it runs again, in a new round.
 *
 * @throws {BarrierMissingError} its result is not stored any more
 */
export async function memberEnd(
  group: Group,
  ports: Ports,
  index: number,
  item: TaskItem | undefined,
): Promise<MemberEnd | undefined> {
  if (item && !isEnd(item.state)) return undefined;
  const status = statusOf(item, ports.clock.now());
  if (!item || !isEnded(status)) throw gone(group, index);
  const error = errorOf(status, memberId(group, index));
  return error ? { error } : { value: await readValue(item, memberId(group, index), ports) };
}

function gone(group: Group, index: number): BarrierMissingError {
  return new BarrierMissingError(
    `member ${index} of group ${group.id} has ended, but its result is not stored any more: it was forgotten, or is too old`,
  );
}

/** Why a task has no value; nothing if it succeeded. */
export function errorOf(status: EndedStatus<unknown>, id: string): CeleriacError | undefined {
  switch (status.state) {
    case 'SUCCESS':
      return undefined;
    case 'IGNORED':
      return new TaskIgnoredError(`task ${id} ended by Ignore, without a result`);
    default:
      return status.error;
  }
}
