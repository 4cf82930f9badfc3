/**
 * One embedded server in a process of its own: `server-process sqs|dynamodb <port>`, in memory, on the loopback only.
 *
 * Tells its port, or why it has none, to the process that forked it. When that process is gone, however it ended, this one
 * kills what was entrusted to it (a frozen or busy function environment cannot notice by itself) and ends.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { ToServerProcess } from './servers.ts';

const HOST = '127.0.0.1';
/** Longer than anyone's pause between two calls: a thawed environment finds its connections alive. */
const KEEP_ALIVE_MS = 600_000;

const STARTS: Readonly<Record<string, (port: number) => Promise<Server>>> = {
  async sqs(port) {
    const { buildApp } = await import('fauxqs'); // its startFauxqs() listens on every interface
    const app = buildApp({ logger: false });
    await app.listen({ port, host: HOST });
    return app.server;
  },
  async dynamodb(port) {
    const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server; // it has no types
    const server = dynalite({ createTableMs: 0 });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, HOST, resolve));
    return server;
  },
};

const entrusted = new Set<number>();

// Ctrl-C, the closing of a terminal and many a process manager reach the whole process group; the parent decides
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('message', ({ guard, release }: ToServerProcess) => {
  if (guard !== undefined) entrusted.add(guard);
  if (release !== undefined) entrusted.delete(release);
});
process.on('disconnect', () => {
  for (const pid of entrusted) kill(pid);
  process.exit();
});

try {
  const [, , service = '', port = '0'] = process.argv;
  const server = await STARTS[service]?.(Number(port));
  if (!server) throw new Error(`there is no server "${service}"`);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  process.send?.({ port: (server.address() as AddressInfo).port });
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
