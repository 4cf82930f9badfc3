/**
 * Where a task stands. Custom states come from `self.updateState`.
 *
 * `PENDING` means that nothing is stored: not begun, unknown, or forgotten. `MOVED` is a retry with other arguments or on
 * another queue whose new message is on its way.
 */
export type TaskState =
  | 'PENDING'
  | 'STARTED'
  | 'RETRY'
  | 'MOVED'
  | 'SUCCESS'
  | 'FAILURE'
  | 'REVOKED'
  | 'IGNORED'
  | (string & {});

/** The states that are final within a round. */
export type EndState = 'SUCCESS' | 'FAILURE' | 'REVOKED' | 'IGNORED';

const END_STATES: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'IGNORED']);
const RESERVED_STATES: ReadonlySet<string> = new Set([...END_STATES, 'PENDING', 'STARTED', 'RETRY', 'MOVED']);

/** Tells whether a task in this state has ended. */
export function isEnd(state: TaskState): state is EndState {
  return END_STATES.has(state);
}

/** Tells whether a state is one of ours, so that `updateState` may not write it. */
export function isReserved(state: TaskState): boolean {
  return RESERVED_STATES.has(state);
}
