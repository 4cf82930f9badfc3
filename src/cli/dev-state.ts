import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '../base/errors.ts';
import type { Addresses } from '../local/addresses.ts';
import type { ManifestTask } from '../task/manifest.ts';
import { COMMAND } from './command.ts';

/** What a running `celeriac dev` leaves behind for the commands of a second terminal. */
export interface DevState {
  /** The process of `celeriac dev`. */
  readonly pid: number;
  readonly app: string;
  readonly addresses: Addresses;
  readonly queues: readonly string[];
  readonly tasks: readonly ManifestTask[];
}

const FILE = join('.celeriac', 'dev.json');

/** Writes the state below a project's folder. @throws {ConfigurationError} another `celeriac dev` runs there */
export function writeDevState(root: string, state: DevState): void {
  refuseSecondDev(root);
  const path = join(root, FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(state, undefined, 2)}\n`);
}

/** @throws {ConfigurationError} another `celeriac dev` runs for this project */
export function refuseSecondDev(root: string): void {
  const running = readIfAlive(join(root, FILE));
  if (!running || running.pid === process.pid) return;
  throw new ConfigurationError(`\`celeriac dev\` already runs for "${running.app}" here (process ${running.pid})`);
}

/** Removes the state, and its folder if nothing else is in it. */
export function removeDevState(root: string): void {
  const path = join(root, FILE);
  rmSync(path, { force: true });
  try {
    rmdirSync(dirname(path));
  } catch {
    // something else is in there, or it is gone already
  }
}

/**
 * Finds the `celeriac dev` that runs for a folder or one above it.
 *
 * @param app  as somebody has named it: a folder, or a module in it
 * @throws {ConfigurationError} there is none
 */
export function findDevState(app: string | undefined): DevState {
  const state = findDevStateIfAny(app);
  if (state) return state;
  const none = `no \`celeriac dev\` runs for ${app ?? 'this folder'} or one above it`;
  throw new ConfigurationError(
    app === undefined
      ? `${none}; start it in another terminal, name its app by --app <path>, or an app on AWS by --deployed <prefix>`
      : `${none}; start it: ${COMMAND} dev ${app}`,
  );
}

/** The same, or nothing. */
export function findDevStateIfAny(app: string = '.'): DevState | undefined {
  const isFile = statSync(app, { throwIfNoEntry: false })?.isFile() === true;
  for (let here = resolve(isFile ? dirname(app) : app); ; here = dirname(here)) {
    const state = readIfAlive(join(here, FILE));
    if (state || here === dirname(here)) return state;
  }
}

function readIfAlive(path: string): DevState | undefined {
  if (!existsSync(path)) return undefined;
  const state: DevState = JSON.parse(readFileSync(path, 'utf8'));
  return isAlive(state.pid) ? state : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
