import type { Json } from '../base/json.ts';
import type { GetOptions } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskItem } from '../protocol/item.ts';
import { groupOf } from './group.ts';
import { errorOf, LOOK_ABOVE_EVERY, pollGroup } from './group-values.ts';
import { startPolling } from './polling.ts';
import { type IdKind, isBlank, statusAbove } from './see.ts';
import { type EndedStatus, isEnded, readValue, statusOf } from './task-status.ts';

/**
 * Reads a task's item until it has ended, at first every 50 ms, then ever more seldom, at last about every 2 s.
 *
 * While nothing is stored, every fourth look also asks whether something above it has ended badly, or it is a group's id.
 *
 * @throws the task's own error, `TaskRevokedError`, `TaskIgnoredError`, the signal's reason
 * @throws {TimeoutError} it has not ended within the timeout
 * @throws {GetInsideTaskError} a task is running here
 */
export async function waitForResult(
  ports: Ports,
  id: string,
  options: GetOptions = {},
  kind: IdKind = 'any',
): Promise<Json> {
  let state = 'PENDING';
  const polling = startPolling(ports, options, (timeout) => `task ${id} has not ended within ${timeout} (${state})`);
  for (;;) {
    const item = await ports.backend.read(id);
    const lookBeyond = isBlank(item) && polling.pauses % LOOK_ABOVE_EVERY === 0;
    if (lookBeyond && kind === 'any') {
      const head = await ports.barrier.readHead(id);
      if (head) return (await pollGroup(groupOf(id, head.size), ports, polling)) as Json;
    }
    const status = lookBeyond ? await statusAbove(ports, id) : statusOf(item, ports.clock.now());
    if (isEnded(status)) return await resultOf(status, item, id, ports);
    state = status.state;
    await polling.pause();
  }
}

async function resultOf(status: EndedStatus, item: TaskItem | undefined, id: string, ports: Ports): Promise<Json> {
  const error = errorOf(status, id);
  if (error) throw error;
  return item ? readValue(item, id, ports) : null;
}
