import { durationMs } from '../base/durations.ts';
import { GetInsideTaskError, TaskIgnoredError, TimeoutError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { randomInt } from '../base/random.ts';
import type { GetOptions, TaskStatus } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import { currentTask } from './scope.ts';
import { statusOf } from './task-status.ts';

const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2_000;
const PAUSE_GROWTH = 1.5;

/**
 * Reads a task's item until it has ended, at first every 50 ms, then ever more seldom, at last about every 2 s.
 *
 * @throws the task's own error, `TaskRevokedError`, `TaskIgnoredError`, the signal's reason
 * @throws {TimeoutError} it has not ended within the timeout
 * @throws {GetInsideTaskError} a task is running here
 */
export async function waitForResult(ports: Ports, id: string, options: GetOptions = {}): Promise<Json> {
  if (currentTask.getStore()) throw new GetInsideTaskError();
  const { clock, random } = ports;
  const timeoutMs = options.timeout === undefined ? undefined : durationMs(options.timeout, 'timeout');
  const untilMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * PAUSE_GROWTH, MAX_PAUSE_MS)) {
    options.signal?.throwIfAborted();
    const status = statusOf(await ports.backend.read(id), ports.clock.now());
    if (isEnded(status)) return resultOf(status, id);
    const leftMs = untilMs - clock.now();
    if (leftMs <= 0) throw new TimeoutError(`task ${id} has not ended within ${options.timeout} (${status.state})`);
    await clock.sleep(Math.min(leftMs, pauseMs / 2 + randomInt(random, pauseMs / 2)), options.signal);
  }
}

type EndedStatus = Extract<TaskStatus<Json>, { readonly dateDone: Date }>;

function isEnded(status: TaskStatus<Json>): status is EndedStatus {
  return 'dateDone' in status;
}

function resultOf(status: EndedStatus, id: string): Json {
  switch (status.state) {
    case 'SUCCESS':
      return status.value;
    case 'IGNORED':
      throw new TaskIgnoredError(`task ${id} ended by Ignore, without a result`);
    default:
      throw status.error;
  }
}
