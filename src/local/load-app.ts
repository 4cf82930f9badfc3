import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../base/errors.ts';
import type { AppManifest } from '../task/manifest.ts';
import { bundle } from './bundle.ts';
import { readDeclared } from './declared.ts';
import type { Bundles, Deployment } from './deployment.ts';
import { appModule } from './entry-modules.ts';
import { type FoundApp, findApp, findTaskModules, shownPath } from './find-app.ts';
import type { Reporter } from './function-spec.ts';

/** An app that was found, read and bundled. */
export interface LoadedApp {
  readonly found: FoundApp;
  readonly taskModules: readonly string[];
  readonly declared: AppManifest;
  readonly deployment: Deployment;
}

/** How its modules are run to be read. */
export interface LoadOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly report: Pick<Reporter, 'log'>;
}

/**
 * Finds an app and its tasks, bundles them into a new temporary folder, and reads what they declare.
 *
 * @param path  the module with the app, or a folder with `app.ts` or `src/app.ts`
 * @throws {ConfigurationError} there is no app or no task, or the code cannot be bundled or loaded
 */
export async function loadApp(path: string, options: LoadOptions): Promise<LoadedApp> {
  const found = findApp(path);
  const { outFolder, cleanUp } = temporaryFolder();
  try {
    const built = await buildWith(found, { ...options, outFolder });
    const { declared, taskModules, bundles } = built;
    if (declared.tasks.length === 0) throw noTask(found, taskModules);
    if (declared.idleRoutes.length > 0) throw idleRoutes(declared);
    const { name, queues, tasks } = declared;
    const deployment = { name, queues: new Map(queues), tasks, bundles, cleanUp };
    return { found, taskModules, declared, deployment };
  } catch (error) {
    cleanUp();
    throw error;
  }
}

/** Is removed at the end of this process at the latest. */
function temporaryFolder() {
  const outFolder = mkdtempSync(join(tmpdir(), 'celeriac-'));
  const remove = () => rmSync(outFolder, { recursive: true, force: true });
  const cleanUp = () => {
    process.off('exit', remove);
    remove();
  };
  process.on('exit', remove);
  return { outFolder, cleanUp };
}

type BuildOptions = LoadOptions & { readonly outFolder: string };

interface Built {
  readonly taskModules: readonly string[];
  readonly bundles: Bundles;
  readonly declared: AppManifest;
}

/** Takes every `tasks.ts`; only an app that names its modules needs a second build, with those. */
async function buildWith(found: FoundApp, options: BuildOptions): Promise<Built> {
  const withModules = (names: readonly string[] = []) => build(found, findTaskModules(found, names), options);
  try {
    const built = await withModules();
    const { taskModules = [] } = built.declared;
    return taskModules.length === 0 ? built : await withModules(taskModules);
  } catch (error) {
    // what is broken may be a module that the app does not name
    const alone = await build(found, [], options).catch(() => undefined);
    const { taskModules: names = [] } = alone?.declared ?? {};
    if (names.length === 0) throw error;
    return withModules(names);
  }
}

async function build(found: FoundApp, taskModules: readonly string[], options: BuildOptions): Promise<Built> {
  const { outFolder, environment, report } = options;
  const { worker, lost, manifest } = await bundle({
    entries: { worker: 'worker', lost: 'lost', manifest: 'manifest' },
    app: appModule(found, taskModules),
    resolveFrom: dirname(found.module),
    outFolder,
  });
  return { taskModules, bundles: { worker, lost }, declared: await readDeclared(manifest, environment, report) };
}

function noTask(found: FoundApp, taskModules: readonly string[]): ConfigurationError {
  const app = shownPath(found, found.module);
  const looked =
    taskModules.length > 0
      ? taskModules.map((path) => shownPath(found, path)).join(', ')
      : `no tasks.ts stands below ${dirname(found.module)}`;
  return new ConfigurationError(
    `the app in ${app} has no task (${looked}); define one by app.task() in a tasks.ts beside it`,
  );
}

function idleRoutes({ name, idleRoutes: idle, tasks }: AppManifest): ConfigurationError {
  const routes = idle.map((pattern) => `"${pattern}"`).join(', ');
  return new ConfigurationError(
    `app "${name}": no task fits the route ${routes}; correct it or leave it out. The tasks are ${tasks.map((task) => task.name).join(', ')}`,
  );
}
