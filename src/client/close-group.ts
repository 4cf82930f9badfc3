import { WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import type { Ports } from '../ports/ports.ts';
import type { BarrierNode, NodeAt } from '../protocol/barrier-item.ts';
import { climb, closing } from '../protocol/tree.ts';
import { goOn, launchingOf, type Origin, promised } from './go-on.ts';

/**
 * Closes a streamed group after its last member is sent: now it has a size. The first close wins.
 *
 * The closer looks at the last node of each level itself, for it may have been complete before its size was known; whoever
 * finds the top complete sends what follows, and may not be the only one.
 *
 * @param count  members that were sent
 * @returns the size that stands
 */
export async function closeGroup(group: string, count: number, from: Origin, ports: Ports): Promise<number> {
  const size = await ports.barrier.close(group, count);
  if (size === 0) {
    await fire(group, size, from, ports);
    return size;
  }
  for (const at of closing(group, size)) {
    const node = await ports.barrier.tellSize(at, size, inTime(ports));
    if (await climbs(at, node, size, ports)) await fire(group, size, from, ports);
  }
  return size;
}

/** Arrives for full nodes, as far up as there are; tells whether the group is complete. */
async function climbs(from: NodeAt, told: BarrierNode, size: number, ports: Ports): Promise<boolean> {
  let [at, node] = [from, told];
  for (;;) {
    const step = climb(at, node, size);
    if (step.kind !== 'climb') return step.kind === 'complete';
    at = step.to;
    node = await ports.barrier.arrive(at, { children: [step.child], failed: false, expiresAtMs: inTime(ports) });
  }
}

async function fire(group: string, size: number, from: Origin, ports: Ports): Promise<void> {
  const { barrier } = ports;
  const head = from.round > 0 ? await barrier.addRounds(group, from.round) : await barrier.readHead(group);
  const follows = head && promised(head, size);
  if (!head || !follows) return;
  const how = { again: true, claim: true, round: from.round > 0 ? head.firedRound : 0 };
  await goOn(follows.remainder, follows.given, launchingOf(from, group, ports, how), ports);
}

function inTime({ clock }: Ports): number {
  return clock.now() + WORKFLOW_PART_SECONDS * 1_000;
}
