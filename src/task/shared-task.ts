import { UnboundTaskError } from '../base/errors.ts';
import type { QueueName } from '../canvas/register.ts';
import type { Sender } from '../canvas/sender.ts';
import type { DefineTask } from './define-task.ts';
import { makeTask } from './make-task.ts';
import type { AnyTask } from './task.ts';
import { definitionOf, readTaskSource, type TaskSource } from './task-source.ts';

/** A shared task's source, and the app that sends it: the last one that included it. */
export interface SharedTask {
  readonly source: TaskSource;
  sender: Sender | undefined;
}

/**
 * Defines a task without an app, for packages that several apps use; `app.include(…)` or discovery binds it.
 *
 * Calling it directly works at once; sending it rejects with `UnboundTaskError` until an app has bound it. Where several apps
 * of one process include it, calls go through the last one.
 *
 * @throws what `app.task` throws, except for what only an app can know: duplicates and queues
 */
// biome-ignore lint/suspicious/noExplicitAny: what it returns is decided by `DefineTask`
export const sharedTask: DefineTask<QueueName> = (name, options, fn): any => {
  const source = readTaskSource(name, options, fn);
  definitionOf(source);
  const shared: SharedTask = { source, sender: undefined };
  const task = makeTask<AnyTask>(source, {
    send: (...call) => shared.sender?.send(...call) ?? Promise.reject(new UnboundTaskError(name)),
  });
  SHARED.set(task, shared);
  return task;
};

/** What stands behind a shared task; `undefined` for everything else. */
export function sharedTaskOf(value: unknown): SharedTask | undefined {
  return typeof value === 'function' ? SHARED.get(value) : undefined;
}

const SHARED = new WeakMap<object, SharedTask>();
