import { type FoundApp, shownPath } from './find-app.ts';

/** A module that resolves to `task/core-of` of the package that the app itself uses; `bundle.ts` knows it. */
export const CORE_OF = 'celeriac:core-of';

/**
 * The module that a worker's function is built of: the app and its tasks, imported statically, since a bundler needs that.
 *
 * Exports the handler `worker`, and `declared`, which tells what the app declares. @see src/local/declared.ts
 */
export function workerEntry(found: FoundApp, taskModules: readonly string[]): string {
  return [
    ...appLines(found, taskModules),
    `import { createWorker } from 'celeriac/worker';`,
    `import { coreOf } from '${CORE_OF}';`,
    `export const worker = createWorker(app);`,
    `const queueOf = (core, name) => { try { return core.resolveQueue(name, []); } catch { return undefined; } };`,
    `export function declared() {`,
    `  const core = coreOf(app);`,
    `  const tasks = [...core.registry.keys()].map((name) => ({ name, queue: queueOf(core, name) }));`,
    `  return { name: core.name, queues: [...core.queues], tasks, taskModules: core.taskModules };`,
    `}`,
  ].join('\n');
}

/** The module of the lost function; no user code, so that it works when the rest is broken. */
export function lostEntry(): string {
  return [`import { createLostWorker } from 'celeriac/worker';`, 'export const lost = createLostWorker();'].join('\n');
}

function appLines(found: FoundApp, taskModules: readonly string[]): readonly string[] {
  const imports = taskModules.map((path, index) => `import * as tasks${index} from ${JSON.stringify(path)};`);
  const includes = taskModules.map(
    (path, index) => `include(${JSON.stringify(shownPath(found, path))}, tasks${index});`,
  );
  const file = JSON.stringify(shownPath(found, found.module));
  return [
    `import * as appModule from ${JSON.stringify(found.module)};`,
    ...imports,
    `const app = appModule.app ?? appModule.default;`,
    `if (!app) throw new Error(${file} + ' exports neither "app" nor a default; it must export what createApp() returned');`,
    `function include(file, module) {`,
    `  try { app.include(module); } catch (error) { error.message = file + ': ' + error.message; throw error; }`,
    `}`,
    ...includes,
  ];
}
