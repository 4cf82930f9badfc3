import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Celery is kept between runs; not part of the repository. */
const CACHE = join(import.meta.dirname, '../.cache');
const VENV = join(CACHE, 'celery');

/** What the comparison runs. */
export interface Installed {
  readonly python: string;
  readonly celery: string;
  readonly redis: string;
  readonly versions: string;
}

/**
 * Installs, unless they are there, `redis-server` from the distribution and `celery[redis]` from PyPI in an environment of its
 * own below `bench/.cache`.
 *
 * @returns why not, where one of them does not install
 */
export function installCelery(): Installed | string {
  try {
    const redis = 'redis-server';
    if (!answers(redis, ['--version'])) {
      const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
      run([...asRoot, 'apt-get', 'update', '-q']);
      run([...asRoot, 'apt-get', 'install', '-q', '-y', '--no-install-recommends', 'redis-server']);
    }
    const [python, celery] = [join(VENV, 'bin/python'), join(VENV, 'bin/celery')];
    if (!existsSync(celery)) {
      mkdirSync(CACHE, { recursive: true });
      run(['python3', '-m', 'venv', VENV]);
      run([python, '-m', 'pip', 'install', '-q', 'celery[redis]']);
    }
    const versions = `Celery ${said(celery, ['--version'])}, ${said(redis, ['--version']).slice(0, 21)}`;
    return { python, celery, redis, versions };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function run([command = '', ...args]: readonly string[]): void {
  console.log(`  installing: ${[command, ...args].join(' ')}`);
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function said(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8' }).trim();
}

function answers(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
