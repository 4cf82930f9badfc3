import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import type { Installed } from './install.ts';

/** Celery on Redis with two worker processes. */
export interface Celery {
  chord(members: number): Promise<{ readonly seconds: number; readonly value: number }>;
  stop(): Promise<void>;
}

/** Starts Redis (in memory only), two worker processes and a producer, and runs a first small chord. */
export async function startCelery({ python, celery, redis }: Installed): Promise<Celery> {
  const folder = mkdtempSync(`${tmpdir()}/celeriac-bench-redis-`);
  const port = await freePort();
  const env = { ...process.env, BENCH_REDIS: `redis://127.0.0.1:${port}/0` };
  const inFolder = { cwd: import.meta.dirname, env };
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawn(redis, settings, { stdio: ['ignore', 'ignore', 'inherit'] });
  const options = ['-A', 'tasks', 'worker', '--concurrency', '2', '--loglevel', 'ERROR'];
  const worker = spawn(celery, options, { ...inFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  const producer = spawn(python, ['chords.py'], { ...inFolder, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: producer.stdout })[Symbol.asyncIterator]();
  const started: Celery = {
    async chord(members) {
      producer.stdin.write(`${members}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('the Celery producer has ended');
      return JSON.parse(value);
    },
    async stop() {
      producer.kill('SIGKILL');
      worker.kill('SIGTERM');
      await Promise.all([ended(producer), ended(worker)]);
      server.kill('SIGTERM');
      await ended(server);
      rmSync(folder, { recursive: true });
    },
  };
  await started.chord(100);
  return started;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
