import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Target } from './target.ts';

const BIN = join(import.meta.dirname, '../../bin/celeriac.js');

/** What a run of the command came to. */
export interface CommandRun {
  readonly code: number;
  /** Both streams. */
  readonly output: string;
}

/** Runs `celeriac …` as an operator does, in a process of its own. */
export function celeriac(args: readonly string[], { env, scratch }: Target): Promise<CommandRun> {
  return new Promise((resolve) => {
    const options = { cwd: scratch, env: { ...process.env, ...env, NO_COLOR: '1' } };
    execFile(process.execPath, [BIN, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}
