import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../src/base/errors.ts';
import type { BundledFunctions, BundleFunctionsRequest, ReadRequest } from '../src/local/synth.ts';
import type { AppManifest } from '../src/task/manifest.ts';

export type { BundledFunctions } from '../src/local/synth.ts';
export type { AppManifest, ManifestTask } from '../src/task/manifest.ts';

/** From a checkout the sources run, from the package its build. */
const EXTENSION: string = extname(import.meta.filename);
const SYNTH_PROCESS: string = fileURLToPath(new URL(`../src/local/synth-process${EXTENSION}`, import.meta.url));
const FLAGS = ['--disable-warning=ExperimentalWarning', '--enable-source-maps'];

/**
 * Reads what an app declares, the way `celeriac dev` finds it. Waits for it: constructs are synchronous.
 *
 * @param entry  the module with the app, or a folder with `app.ts` or `src/app.ts`
 * @param environment  variables that its modules find while they load
 * @throws {ConfigurationError} there is no app or no task, a route fits none, or the code cannot be bundled or loaded
 */
export function readApp(entry: string, environment: Readonly<Record<string, string>> = {}): AppManifest {
  return ask<AppManifest>({ kind: 'read', entry, environment }, temporaryFolder());
}

/**
 * Bundles a worker for each queue, with the modules whose tasks can arrive there, and the lost function.
 *
 * The folders are there until this process ends; the same code gives the same bytes.
 *
 * @param tasksOfQueue  names of tasks, by queue
 * @throws {ConfigurationError} with esbuild's own messages
 */
export function bundleHandlers(
  entry: string,
  manifest: AppManifest,
  tasksOfQueue: Readonly<Record<string, readonly string[]>>,
): BundledFunctions {
  const outFolder = temporaryFolder();
  return ask<BundledFunctions>({ kind: 'bundle', entry, manifest, tasksOfQueue, outFolder }, outFolder);
}

/** Are removed when this process ends: until then the CDK may look at what is in them. */
const FOLDERS = new Set<string>();

function temporaryFolder(): string {
  if (FOLDERS.size === 0) process.once('exit', () => FOLDERS.forEach(remove));
  const folder = mkdtempSync(join(tmpdir(), 'celeriac-synth-'));
  FOLDERS.add(folder);
  return folder;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function ask<T>(request: ReadRequest | BundleFunctionsRequest, folder: string): T {
  const [requestFile, answerFile] = [join(folder, 'request.json'), join(folder, 'answer.json')];
  writeFileSync(requestFile, JSON.stringify(request));
  const { status, stderr } = spawnSync(process.execPath, [...FLAGS, SYNTH_PROCESS, requestFile, answerFile], {
    encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  if (status !== 0) throw new Error(`the app in "${request.entry}" could not be read:\n${stderr}`);
  const answer = JSON.parse(readFileSync(answerFile, 'utf8')) as { readonly value: T } | { readonly error: string };
  if ('error' in answer) throw new ConfigurationError(answer.error);
  return answer.value;
}
