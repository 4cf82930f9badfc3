import type { Sender } from '../canvas/sender.ts';
import { taskJson } from '../canvas/signature-json.ts';
import { makeSignature } from '../canvas/task-signature.ts';
import { callDirectly } from './call-directly.ts';
import type { TaskSource } from './task-source.ts';

/**
 * The task as a frozen function that its callers hold.
 *
 * Its types are decided by `DefineTask`, where the untyped runtime meets them by one cast.
 */
export function makeTask<T>(source: TaskSource, sender: Sender): T {
  const run = (...args: unknown[]): Promise<unknown> => callDirectly(source, args);
  Object.defineProperty(run, 'name', { value: source.name });
  SOURCES.set(run, source);
  return Object.freeze(Object.assign(run, callers(source.name, sender))) as T;
}

/** What stands behind a task that is defined here; `undefined` for everything else. */
export function sourceOf(value: unknown): TaskSource | undefined {
  return typeof value === 'function' ? SOURCES.get(value) : undefined;
}

const SOURCES = new WeakMap<object, TaskSource>();

/** A task by its name alone: its code is elsewhere. */
export function makeTaskRef<T>(name: string, sender: Sender): T {
  return Object.freeze({ name, ...callers(name, sender) }) as T;
}

function callers(name: string, sender: Sender): object {
  const whole = Object.freeze({ kind: 'task', task: name, args: Object.freeze([]) } as const);
  return {
    delay: (...args: unknown[]) => sender.send(whole, args),
    applyAsync: (args: readonly unknown[] = [], options?: object) => sender.send(whole, args, options),
    s: (...bound: unknown[]) => makeSignature(taskJson(name, bound), sender),
    si: (...args: unknown[]) => makeSignature(taskJson(name, args, { immutable: true }), sender),
  };
}
