import { WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import type { Ports } from '../ports/ports.ts';
import { closing } from '../protocol/tree.ts';
import { climbUp, firing } from './fire.ts';
import { goOn, type Origin } from './go-on.ts';

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
    const node = await ports.barrier.tellSize(at, size, ports.clock.now() + WORKFLOW_PART_SECONDS * 1_000);
    if ((await climbUp(at, node, size, ports)) !== undefined) await fire(group, size, from, ports);
  }
  return size;
}

async function fire(group: string, size: number, from: Origin, ports: Ports): Promise<void> {
  const fired = await firing(group, size, from, ports);
  if (fired) await goOn(fired.remainder, fired.given, fired.by, ports);
}
