import type { Json } from '../base/json.ts';
import type { Ports } from '../ports/ports.ts';
import type { BarrierNode } from '../protocol/barrier-item.ts';
import type { TaskItem } from '../protocol/item.ts';
import { FANOUT, nodesAt } from '../protocol/tree.ts';
import { type Group, memberId, placesOf, sizeOf } from './group.ts';
import { endAbove, errorOf, LOOK_ABOVE_EVERY, memberEnd } from './group-values.ts';
import { startPolling } from './polling.ts';

/** Leaves that are looked at together: what comes in further behind is given once one of these is complete. */
const OPEN_LEAVES = 100;
/** So many new members of a leaf or more are read by one query. */
const READ_WHOLE_LEAF = 25;

/** How far the reading has come. */
interface Reading {
  readonly group: Group;
  readonly ports: Ports;
  /** The leaves that are being looked at, with the places that have been given. */
  readonly open: Map<number, Set<number>>;
  /** The leaf that is opened next. */
  next: number;
  /** The last leaf of which something has arrived. */
  seen: number;
}

/**
 * Gives each member's value as it comes in, whatever its place.
 *
 * At most a hundred members are in memory, and the places given of a hundred leaves.
 *
 * @throws the error of a member that did not succeed, when it comes in
 */
export async function* arrivals(group: Group, ports: Ports): AsyncGenerator<Json> {
  const polling = startPolling(ports, {}, () => '');
  const reading: Reading = { group, ports, open: new Map(), next: 0, seen: -1 };
  while (await openLeaves(reading)) {
    const before = reading.open.size;
    let given = 0;
    for await (const value of newOnes(reading)) {
      given += 1;
      yield value;
    }
    if (given > 0) polling.progressed();
    else if (reading.seen === -1 && polling.pauses % LOOK_ABOVE_EVERY === 0) await throwAbove(group, ports);
    if (reading.open.size === before) await polling.pause();
  }
}

/** Opens leaves up to the limit; of an unknown size one beyond the last that something is known of. False once all are closed. */
async function openLeaves(reading: Reading): Promise<boolean> {
  const { group, ports, open } = reading;
  const size = await sizeOf(group, ports);
  const leaves = size === undefined ? reading.seen + 2 : nodesAt(0, size);
  for (; reading.next < leaves && open.size < OPEN_LEAVES; reading.next++) open.set(reading.next, new Set());
  return size === undefined || open.size > 0;
}

/** What is new in any of the open leaves. */
async function* newOnes(reading: Reading): AsyncGenerator<Json> {
  const { group, ports, open } = reading;
  const leaves = [...open.keys()];
  const nodes = await ports.barrier.readNodes(leaves.map((node) => ({ group: group.id, level: 0, node })));
  for (const [n, leaf] of leaves.entries()) {
    const node = nodes[n];
    if (!node) continue;
    reading.seen = Math.max(reading.seen, leaf);
    yield* newIn(leaf, node, reading);
  }
}

/** The values of those that are new in a leaf, which is closed once all have been given. */
async function* newIn(leaf: number, node: BarrierNode, { group, ports, open }: Reading): AsyncGenerator<Json> {
  const given = open.get(leaf) ?? new Set();
  const places = placesOf(leaf, group.size);
  const come = places.filter((index) => node.arrived.has(index % FANOUT) && !given.has(index));
  const items = await readItems(group, ports, leaf, come);
  for (const index of come) {
    const end = await memberEnd(group, ports, index, items.get(index));
    if (!end) continue;
    if ('error' in end) throw end.error;
    given.add(index);
    yield end.value;
  }
  if (given.size === places.length) open.delete(leaf);
}

async function readItems(
  group: Group,
  { backend }: Ports,
  leaf: number,
  places: readonly number[],
): Promise<ReadonlyMap<number, TaskItem>> {
  if (places.length === 0) return new Map();
  if (places.length >= READ_WHOLE_LEAF) return backend.readMembers(group.id, leaf);
  const items = await backend.readMany(places.map((index) => memberId(group, index)));
  return new Map(places.flatMap((index) => toEntry(index, items.get(memberId(group, index)))));
}

function toEntry(index: number, item: TaskItem | undefined): [number, TaskItem][] {
  return item ? [[index, item]] : [];
}

async function throwAbove(group: Group, ports: Ports): Promise<void> {
  const above = await endAbove(group, ports);
  const error = above && errorOf(above, group.id);
  if (error) throw error;
}
