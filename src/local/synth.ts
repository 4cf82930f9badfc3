import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AppManifest } from '../task/manifest.ts';
import { bundleFiles } from './bundle.ts';
import { appModule } from './entry-modules.ts';
import { type FoundApp, findApp, findTaskModules, shownPath } from './find-app.ts';
import { functionVariables } from './function-variables.ts';
import { inheritedVariables } from './inherited.ts';
import { loadApp } from './load-app.ts';

/** An app that is to be read where it is deployed from. */
export interface ReadRequest {
  readonly kind: 'read';
  /** The module with the app, or a folder with `app.ts` or `src/app.ts`. */
  readonly entry: string;
  /** Variables that its modules find while they load. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Functions that are to be bundled. */
export interface BundleFunctionsRequest {
  readonly kind: 'bundle';
  readonly entry: string;
  readonly manifest: AppManifest;
  /** The tasks that can arrive at each queue, by name. */
  readonly tasksOfQueue: Readonly<Record<string, readonly string[]>>;
  /** Each function gets a folder of its own in it. */
  readonly outFolder: string;
}

/** Folders with `index.mjs`, which exports `handler`, and its source map. */
export interface BundledFunctions {
  /** By queue; queues with the same modules share a folder. */
  readonly workers: Readonly<Record<string, string>>;
  readonly lost: string;
}

/** As if the bundles stood here, paths in their source maps are the same on every machine. */
const SEEN_FROM = join('.celeriac', 'functions');

/**
 * Reads what an app declares, in a process of its own.
 *
 * @throws {ConfigurationError} there is no app or no task, a route fits none, or the code cannot be bundled or loaded
 */
export async function readForSynth({ entry, environment: extra }: ReadRequest): Promise<AppManifest> {
  const inherited = inheritedVariables();
  const environment = functionVariables({
    inherited,
    addresses: {},
    extra,
    functionName: 'discovery',
    allowAws: false,
  });
  const { declared, deployment } = await loadApp(entry, { environment, report: { log: () => {} } });
  deployment.cleanUp?.();
  return declared;
}

/**
 * Bundles a worker for each queue, with the modules whose tasks can arrive there, and the lost function.
 *
 * @throws {ConfigurationError} with esbuild's own messages
 */
export async function bundleForSynth(request: BundleFunctionsRequest): Promise<BundledFunctions> {
  const { entry, manifest, tasksOfQueue } = request;
  const found = findApp(entry);
  const all = findTaskModules(found, manifest.taskModules);
  const folders = new Map<string, string>();
  const workers: Record<string, string> = {};
  for (const [queue, tasks] of Object.entries(tasksOfQueue)) {
    const modules = modulesOf(tasks, manifest, all, found);
    const key = modules.join('\n');
    workers[queue] = folders.get(key) ?? (await writeWorker(queue, modules, found, request));
    folders.set(key, workers[queue]);
  }
  return { workers, lost: await write('lost', { index: 'lost' }, found, request) };
}

/** All of them where a task stands in none by name: it may be in any. */
function modulesOf(
  tasks: readonly string[],
  manifest: AppManifest,
  all: readonly string[],
  found: FoundApp,
): readonly string[] {
  const wanted = new Set(manifest.tasks.filter(({ name }) => tasks.includes(name)).map(({ module }) => module));
  return wanted.has(undefined) ? all : all.filter((path) => wanted.has(shownPath(found, path)));
}

function writeWorker(
  queue: string,
  modules: readonly string[],
  found: FoundApp,
  request: BundleFunctionsRequest,
): Promise<string> {
  const here = new Set([found.module, ...modules].map((path) => shownPath(found, path)));
  const elsewhere = request.manifest.tasks.filter(({ module }) => module !== undefined && !here.has(module));
  const app = appModule(
    found,
    modules,
    elsewhere.map(({ name }) => name),
  );
  return write(`worker-${queue}`, { index: 'worker' }, found, request, app);
}

async function write(
  name: string,
  entries: { readonly index: 'worker' | 'lost' },
  found: FoundApp,
  { outFolder }: BundleFunctionsRequest,
  app = '',
): Promise<string> {
  const files = await bundleFiles({
    entries,
    app,
    resolveFrom: dirname(found.module),
    deployed: true,
    outFolder: join(found.root, SEEN_FROM),
  });
  const folder = join(outFolder, name);
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of files) writeFileSync(join(folder, path.endsWith('.map') ? MAP : CODE), contents);
  return folder;
}

const CODE = 'index.mjs';
const MAP = 'index.mjs.map';
