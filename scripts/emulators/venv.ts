import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Git-ignored; deleting it costs nothing but the time to fill it again. */
export const CACHE: string = join(import.meta.dirname, '../../.cache');

/** What a virtual environment is made of. */
export interface PythonRequirements {
  /** Names its folder. */
  readonly name: string;
  /** Path of a file that names every package with its version, also those that others need: nothing else is installed. */
  readonly file: string;
  /**
   * The Python to use.
   * @default 'python3'
   */
  readonly python?: string;
}

/**
 * Makes a Python virtual environment, or finds it in the cache; answers the path of its Python.
 *
 * Its folder is named by what is in it, so another version of Python or of a package makes another one. Run its modules as
 * `python -m module`: the scripts in its `bin` still point to the folder in which it was made.
 *
 * @throws {Error} Python or its `venv` is missing, or a package could not be had; the text says what to install
 */
export async function pythonEnvironment({ name, file, python = 'python3' }: PythonRequirements): Promise<string> {
  const version = await versionOf(python);
  const hash = createHash('sha256').update(`${version}\n${await readFile(file, 'utf8')}`);
  const folder = join(CACHE, `venv-${name}-${hash.digest('hex').slice(0, 12)}`);
  const found = join(folder, 'bin', 'python');
  if (await exists(found)) return found;
  const making = `${folder}-${process.pid}`;
  try {
    await make(making, python, file);
    await rename(making, folder);
  } catch (error) {
    if (!(await exists(found))) throw error; // else another process was faster
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return found;
}

async function versionOf(python: string): Promise<string> {
  const { stdout } = await run(python, ['-c', 'import sys; print(sys.version, sys.base_prefix)']).catch(
    (cause: unknown) => {
      throw new Error(`${python} does not run: install Python 3 (Debian, Ubuntu: apt-get install python3-venv)`, {
        cause,
      });
    },
  );
  return stdout;
}

async function make(folder: string, python: string, file: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  await run(python, ['-m', 'venv', folder]).catch((cause: unknown) => {
    throw new Error(
      `${python} makes no virtual environments: ${said(cause)}\nInstall its venv (Debian, Ubuntu: apt-get install python3-venv)`,
      { cause },
    );
  });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', file];
  await run(join(folder, 'bin', 'python'), pip).catch((cause: unknown) => {
    throw new Error(`pip could not install what ${file} lists: ${said(cause)}`, { cause });
  });
}

/** What a program that failed has printed. */
function said(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
  return `${stderr}${stdout}`.trim() || String(error);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
