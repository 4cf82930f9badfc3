import { wrong } from '../base/option-readers.ts';
import { isReserved } from '../base/states.ts';

/**
 * The name of a state of a task's own, as `self.updateState` takes it.
 *
 * @throws {InvalidOptionError} it is no text, or one of our own states
 */
export function readCustomState(state: unknown): string {
  if (typeof state === 'string' && state !== '' && !isReserved(state)) return state;
  throw wrong('state', 'a name of your own such as "PROGRESS"', state);
}
