import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../base/errors.ts';

/** Where an app stands. */
export interface FoundApp {
  /** The project: the folder that was named, or that of the file that was named. */
  readonly root: string;
  /** The module that exports the app. */
  readonly module: string;
}

const EXTENSIONS: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];
/** Where `src` stands, the project is one folder up. */
const SOURCE_FOLDER = 'src';
/** Folders in which no task of this project stands. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'build', 'cdk.out', 'coverage']);
/** Where a clone has the module that makes apps, which is called as an app is. */
const OWN_SOURCE = fileURLToPath(new URL('../app.ts', import.meta.url));

/**
 * Finds the module with the app: the file that is named, or `app.ts` or `src/app.ts` of the folder that is named.
 *
 * @throws {ConfigurationError} there is none; the text says where was looked, or it is Celeriac's own `src/app.ts`
 */
export function findApp(path: string): FoundApp {
  const named = resolve(path);
  const stats = statSync(named, { throwIfNoEntry: false });
  if (!stats) throw new ConfigurationError(`there is no "${path}"; name an app.ts or the folder it is in`);
  if (stats.isFile()) return { root: projectOf(dirname(named)), module: named };
  const candidates = ['app', join(SOURCE_FOLDER, 'app')].flatMap((stem) => EXTENSIONS.map((end) => stem + end));
  const found = candidates.find((candidate) => existsSync(join(named, candidate)));
  if (found === undefined) {
    throw new ConfigurationError(
      `no app in "${path}": neither app.ts nor src/app.ts (or .mts, .js, .mjs) is there; name the file if it is called otherwise`,
    );
  }
  const module = join(named, found);
  if (realpathSync(module) === OWN_SOURCE) throw new ConfigurationError('name your app: npm run dev -- my-app');
  return { root: projectOf(named), module };
}

/**
 * Finds the modules with the tasks: every `tasks.ts` below the app's folder, or those that the app names.
 *
 * @param names  as `autodiscoverTasks` was given them: `orders` is `orders/tasks.ts` or `orders.ts`
 * @throws {ConfigurationError} a named one is not there
 */
export function findTaskModules({ module }: FoundApp, names: readonly string[] = []): readonly string[] {
  const folder = dirname(module);
  return names.length > 0 ? names.map((name) => taskModule(folder, name)) : tasksBelow(folder);
}

/** A path as messages show it: from the project's folder. */
export function shownPath({ root }: FoundApp, path: string): string {
  return relative(root, path);
}

function projectOf(folder: string): string {
  return basename(folder) === SOURCE_FOLDER ? dirname(folder) : folder;
}

function tasksBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isSkipped(entry.name) ? [] : tasksBelow(path);
    return EXTENSIONS.some((end) => entry.name === `tasks${end}`) ? [path] : [];
  });
}

function isSkipped(folder: string): boolean {
  return folder.startsWith('.') || SKIPPED.has(folder);
}

function taskModule(folder: string, name: string): string {
  const candidates = [
    name,
    ...[`${name}/tasks`, name, `${name}/index`].flatMap((stem) => EXTENSIONS.map((end) => stem + end)),
  ];
  const found = candidates.map((candidate) => join(folder, candidate)).find(isFile);
  if (found !== undefined) return found;
  throw new ConfigurationError(
    `autodiscoverTasks: there is no "${name}"; looked for ${name}/tasks.ts, ${name}.ts and ${name}/index.ts in ${folder}`,
  );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
