import { asyncResult } from '../client/async-result.ts';
import { groupResult } from '../client/group-result.ts';
import { waitForResult } from '../client/wait-for-result.ts';
import type { Ports } from '../ports/ports.ts';
import { nothingStored, storedId } from './full-id.ts';
import { type AppOption, withRunning } from './with-running.ts';

/** The options of `celeriac result`, as commander gives them. */
export interface ResultOptions extends AppOption {
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/**
 * Prints what is stored of a task, or of a group with its list, as JSON; with `wait`, once it has ended.
 *
 * An unknown id reads PENDING, and the exit code is 1.
 */
export function result(given: string, options: ResultOptions): Promise<void> {
  return withRunning(options, async (running) => {
    const { ports } = running.tools;
    const id = await storedId(given, running);
    if (options.wait) await waitForResult(ports, id, { timeout: options.timeout }).catch(unlessEnded);
    const status = await asyncResult(id, () => ports).read();
    const counts = await countsOf(id, ports);
    console.log(JSON.stringify({ id, ...status, ...counts }, readable, 2));
    if (status.state !== 'PENDING' || counts || (await ports.backend.read(id))?.state === 'PENDING') return;
    console.error(nothingStored(running));
    process.exitCode = 1;
  });
}

/** How the members of a group stand; nothing of a task. */
async function countsOf(id: string, ports: Ports): Promise<object | undefined> {
  const head = await ports.barrier.readHead(id);
  if (!head) return undefined;
  const group = groupResult(id, () => ports);
  return { members: head.size ?? 'unknown: still being sent', completed: await group.completedCount() };
}

/** That the task failed is what its status says; only waiting in vain is an error here. */
function unlessEnded(error: unknown): void {
  if (error instanceof Error && error.name === 'TimeoutError') throw error;
}

function readable(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
