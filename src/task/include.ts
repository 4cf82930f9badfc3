import { ConfigurationError } from '../base/errors.ts';
import { wrong } from '../base/option-readers.ts';
import type { Sender } from '../canvas/sender.ts';
import type { AppDeclaration } from './app-declaration.ts';
import { sourceOf } from './make-task.ts';
import { sharedTaskOf } from './shared-task.ts';

/**
 * Binds every shared task among the exports of modules to an app; tasks that the app itself defined are already there.
 *
 * @throws {ConfigurationError} a module has no task, or one of another app
 * @throws {DuplicateTaskError} another task has its name
 */
export function include(core: AppDeclaration, sender: Sender, modules: readonly unknown[]): void {
  modules.forEach((module, index) => {
    const at = `app "${core.name}", include(…)[${index}]`;
    if (typeof module !== 'object' || module === null) throw wrong(at, 'a module, or an object of tasks', module);
    const tasks = Object.values(module).filter((value) => sourceOf(value) !== undefined);
    if (tasks.length === 0)
      throw new ConfigurationError(`${at} exports no task; got ${Object.keys(module).join(', ')}`);
    for (const task of tasks) includeTask(core, sender, task, at);
  });
}

function includeTask(core: AppDeclaration, sender: Sender, task: unknown, at: string): void {
  const shared = sharedTaskOf(task);
  if (shared) {
    core.add(shared.source);
    shared.sender = sender;
    return;
  }
  const source = sourceOf(task);
  if (source && !core.has(source)) {
    throw new ConfigurationError(`${at}: task "${source.name}" belongs to another app; define it by sharedTask()`);
  }
}
