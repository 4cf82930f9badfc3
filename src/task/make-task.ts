import { makeSignature, sendNode } from '../canvas/bound-signature.ts';
import { chunksNode, mapNode } from '../canvas/map-node.ts';
import type { Sender } from '../canvas/sender.ts';
import { taskJson } from '../canvas/signature-json.ts';
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
  return Object.freeze(Object.assign(run, callers(source.name, sender, false))) as T;
}

/** What stands behind a task that is defined here; `undefined` for everything else. */
export function sourceOf(value: unknown): TaskSource | undefined {
  return typeof value === 'function' ? SOURCES.get(value) : undefined;
}

const SOURCES = new WeakMap<object, TaskSource>();

/** A task by its name alone: its code is elsewhere. */
export function makeTaskRef<T>(name: string, sender: Sender): T {
  return Object.freeze({ name, ...callers(name, sender, true) }) as T;
}

/** @param elsewhere  the code need not be in this app */
function callers(task: string, sender: Sender, elsewhere: boolean): object {
  const whole = taskJson(task, [], { elsewhere });
  const mapped = { task, elsewhere };
  return {
    delay: (...args: unknown[]) => sender.send(whole, args),
    applyAsync: (args: readonly unknown[] = [], options?: object) => sendNode(whole, sender, args, options),
    s: (...bound: unknown[]) => makeSignature(taskJson(task, bound, { elsewhere }), sender),
    si: (...args: unknown[]) => makeSignature(taskJson(task, args, { elsewhere, immutable: true }), sender),
    map: (items: unknown) => makeSignature(mapNode('map', mapped, items), sender),
    starmap: (items: unknown) => makeSignature(mapNode('starmap', mapped, items), sender),
    chunks: (items: unknown, size: unknown) => makeSignature(chunksNode(mapped, items, size), sender),
  };
}
