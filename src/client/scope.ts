import { AsyncLocalStorage } from 'node:async_hooks';
import type { Message } from '../message/message.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * The task that is running here: what it sends is its child.
 *
 * Children have ids derived from it, so that a redelivered parent sends the same ids again; and the worker awaits every send
 * begun here, or the freeze of the environment would lose it.
 */
export interface TaskScope {
  readonly ports: Ports;
  /** The message that is being run. */
  readonly message: Message;
  /** Retries that lie behind this attempt. */
  readonly attempt: number;
  /** This message may have been run before: children are marked `again`. */
  readonly again: boolean;
  /** Sends begun and not yet ended. */
  readonly sends: Set<Promise<unknown>>;
  /** How often each equal call was made so far: tells equal children apart. */
  readonly calls: Map<string, number>;
  /** The attempt is over: what its code goes on to do would be nobody's. */
  closed: boolean;
}

/** Follows the task through everything it awaits. */
export const currentTask: AsyncLocalStorage<TaskScope> = new AsyncLocalStorage();
