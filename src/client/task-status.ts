import { TaskRevokedError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { restoreError, type TaskError } from '../base/stored-error.ts';
import type { TaskStatus } from '../canvas/handle.ts';
import type { TaskItem } from '../protocol/item.ts';

/**
 * What a stored item says to the holder of its handle; nothing once `resultExpires` is over, though it may be known for longer.
 *
 * A task that somebody revoked shows its own state until a worker has stored REVOKED: it may be running, and then it succeeds.
 * So a state that has been read as an end never changes within a round.
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
    case 'MOVED':
      return { state: 'RETRY', error: item.error && restoreError(item.error), retries, nextAt: dateOf(item.nextAtMs) };
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

const PENDING = Object.freeze({ state: 'PENDING' } as const);
const NO_ERROR: TaskError = { name: 'Error', message: 'the task failed; its error was not stored' };

function dateOf(milliseconds: number | undefined): Date | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds);
}
