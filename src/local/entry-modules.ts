import { type FoundApp, shownPath } from './find-app.ts';

/** What the handlers import the app by. */
export const APP_MODULE = 'celeriac:app';

/**
 * The module that the handlers import the app from: the app and the modules with its tasks, imported statically, since a
 * bundler needs that, and by name, since `sideEffects: false` would drop a bare import.
 *
 * @param elsewhere  tasks that the app has and none of these modules
 */
export function appModule(found: FoundApp, taskModules: readonly string[], elsewhere: readonly string[] = []): string {
  const files = taskModules.map((path) => JSON.stringify(shownPath(found, path)));
  const file = JSON.stringify(shownPath(found, found.module));
  return [
    `import * as appModule from ${JSON.stringify(found.module)};`,
    ...taskModules.map((path, index) => `import * as tasks${index} from ${JSON.stringify(path)};`),
    `export const app = appModule.app ?? appModule.default;`,
    `if (!app) throw new Error(${file} + ' exports neither "app" nor a default; it must export what createApp() returned');`,
    `function include(file, module) {`,
    `  try { app.include(module); } catch (error) { error.message = file + ': ' + error.message; throw error; }`,
    `}`,
    ...files.map((shown, index) => `include(${shown}, tasks${index});`),
    `export const modules = { ${[`${file}: appModule`, ...files.map((shown, index) => `${shown}: tasks${index}`)].join(', ')} };`,
    `export const elsewhere = ${JSON.stringify(elsewhere)};`,
  ].join('\n');
}
