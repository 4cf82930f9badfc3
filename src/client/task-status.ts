import { BarrierMissingError, TaskRevokedError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { restoreError, type TaskError } from '../base/stored-error.ts';
import type { TaskStatus } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskItem } from '../protocol/item.ts';

/**
 * What a stored item says to the holder of its handle; nothing once `resultExpires` is over, though it may be known for longer.
 *
 * A task that somebody revoked shows its own state until a worker has stored REVOKED: it may be running, and then it succeeds.
 * So a state that has been read as an end never changes within a round. A value that stands elsewhere is null here: `readValue`.
 */
export function statusOf(item: TaskItem | undefined, nowMs: number): TaskStatus<Json> {
  if (!item || item.forgotten || (item.resultExpiresAtMs ?? Number.POSITIVE_INFINITY) <= nowMs) return PENDING;
  const retries = item.attempt;
  const startedAt = dateOf(item.startedAtMs);
  const ended = { retries, startedAt, dateDone: new Date(item.doneAtMs ?? 0) };
  switch (item.state) {
    case 'PENDING':
      return PENDING;
    case 'STARTED':
      return { state: 'STARTED', retries, startedAt };
    case 'RETRY':
      return { state: 'RETRY', error: item.error && restoreError(item.error), retries, nextAt: dateOf(item.nextAtMs) };
    case 'MOVED':
      return movedStatus(item);
    case 'SUCCESS':
      return { state: 'SUCCESS', value: item.value ?? null, ...ended };
    case 'FAILURE':
      return { state: 'FAILURE', error: restoreError(item.error ?? NO_ERROR), ...ended };
    case 'REVOKED':
      return {
        state: 'REVOKED',
        error: item.error ? restoreError(item.error) : new TaskRevokedError('revoked'),
        ...ended,
      };
    case 'IGNORED':
      return { state: 'IGNORED', ...ended };
    default:
      return { state: 'CUSTOM', name: item.state, meta: item.meta, retries };
  }
}

/** What is not stored, but stands below something that has ended badly, will not run: it has that state and error. */
export function statusBelow(above: TaskItem, nowMs: number): TaskStatus<Json> {
  const { startedAtMs: _started, ...rest } = above;
  return statusOf({ ...rest, attempt: 0 }, nowMs);
}

/**
 * The value of a task that has succeeded; read from the payloads if it is too large for its item.
 *
 * @throws {BarrierMissingError} it is not there any more, though its task is
 */
export async function readValue(item: TaskItem, id: string, { payloads }: Pick<Ports, 'payloads'>): Promise<Json> {
  if (item.valueKey === undefined) return item.value ?? null;
  const text = await payloads.get(item.valueKey);
  if (text === undefined)
    throw new BarrierMissingError(`the value of task ${id} is stored by itself, and is not there any more`);
  return JSON.parse(text) as Json;
}

/** The state's own name: that of `updateState` where the task has set one. */
export function stateName(status: TaskStatus<unknown>): string {
  return status.state === 'CUSTOM' ? status.name : status.state;
}

/** The ends of a task. */
export type EndedStatus<Result = Json> = Extract<TaskStatus<Result>, { readonly dateDone: Date }>;

export function isEnded<Result>(status: TaskStatus<Result>): status is EndedStatus<Result> {
  return 'dateDone' in status;
}

/** A retry with other arguments; or what goes on as a canvas, which has begun. */
function movedStatus({ error, request, attempt, startedAtMs }: TaskItem): TaskStatus<Json> {
  if (request && !('message' in request)) return { state: 'STARTED', retries: attempt, startedAt: dateOf(startedAtMs) };
  return { state: 'RETRY', error: error && restoreError(error), retries: attempt, nextAt: undefined };
}

const PENDING = Object.freeze({ state: 'PENDING' } as const);
const NO_ERROR: TaskError = { name: 'Error', message: 'the task failed; its error was not stored' };

function dateOf(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
