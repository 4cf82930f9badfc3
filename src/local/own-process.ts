import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { extname, join } from 'node:path';

const NO_WARNINGS = '--disable-warning=ExperimentalWarning';

/** Forks a module of this folder, from the sources as well as from the build; it inherits no flags of this process. */
export function forkOwn(module: string, args: readonly string[], options: ForkOptions): ChildProcess {
  const path = join(import.meta.dirname, module + extname(import.meta.filename));
  return fork(path, args, { ...options, execArgv: [NO_WARNINGS, ...(options.execArgv ?? [])] });
}

/** Resolves once the process is gone, at once if it is already or never was. */
export function exited(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
