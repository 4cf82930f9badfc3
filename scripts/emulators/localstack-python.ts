import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** LocalStack's pinned packages run on this one only; on 3.11 and 3.12 it ends with a message about something else. */
export const LOCALSTACK_PYTHON = '3.13';

/**
 * Finds the Python that LocalStack needs: on the PATH, then among pyenv's versions, newest first.
 *
 * Each is run and asked for its version: pyenv puts a `python3.13` on the PATH also where its settings name another one, and
 * that fails when it is run.
 *
 * @returns the command or path; `undefined` where there is none
 */
export async function findLocalStackPython(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  for (const python of [`python${LOCALSTACK_PYTHON}`, 'python3', ...(await pyenvPythons(environment))]) {
    if ((await versionOf(python, environment)) === LOCALSTACK_PYTHON) return python;
  }
  return undefined;
}

async function pyenvPythons({ PYENV_ROOT, HOME = homedir() }: NodeJS.ProcessEnv): Promise<string[]> {
  const versions = join(PYENV_ROOT || join(HOME, '.pyenv'), 'versions');
  const names = await readdir(versions).catch(() => []);
  const fitting = names.filter((name) => name === LOCALSTACK_PYTHON || name.startsWith(`${LOCALSTACK_PYTHON}.`));
  const newestFirst = fitting.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return newestFirst.map((name) => join(versions, name, 'bin', 'python3'));
}

/** `3.13`; `undefined` where it does not run. */
async function versionOf(python: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const ask = ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'];
  return run(python, ask, { env }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
}
