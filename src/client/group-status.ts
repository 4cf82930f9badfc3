import type { CeleriacError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { TaskStatus } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import type { Seen } from './base-handle.ts';
import { type Group, isComplete, memberId, sizeOf } from './group.ts';
import { endAbove, errorOf, listOf } from './group-values.ts';
import { readLeaves } from './members.ts';
import { isEnded, statusOf } from './task-status.ts';

/**
 * What a group comes to: PENDING until all members have ended, then SUCCESS, or FAILURE by the first that did not succeed.
 *
 * One or two requests while it is not complete; then all members are read, a hundred at a time, and once more for the values.
 */
export async function seeGroup(group: Group, ports: Ports): Promise<Seen> {
  const status = (await isComplete(group, ports)) ? await statusOfAll(group, ports) : await endAbove(group, ports);
  return { status: status ?? { state: 'PENDING' }, value: () => listOf(group, ports) };
}

async function statusOfAll(group: Group, ports: Ports): Promise<TaskStatus<Json> | undefined> {
  const nowMs = ports.clock.now();
  let startedAt: Date | undefined;
  let dateDone = new Date(0);
  let error: CeleriacError | undefined;
  for await (const { places, items } of readLeaves(group, ports, await sizeOf(group, ports))) {
    for (const index of places) {
      const status = statusOf(items.get(index), nowMs);
      if (!isEnded(status)) return undefined;
      startedAt = earlier(startedAt, status.startedAt);
      if (status.dateDone > dateDone) dateDone = status.dateDone;
      error ??= errorOf(status, memberId(group, index));
    }
  }
  const ended = { retries: 0, startedAt, dateDone };
  return error ? { state: 'FAILURE', error, ...ended } : { state: 'SUCCESS', value: null, ...ended };
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b ? (a < b ? a : b) : (a ?? b);
}
