/**
 * One embedded server in a process of its own: `node embedded-server.ts sqs|dynamodb`.
 *
 * Tells its port to the process that forked it, and ends when that does, however it ends.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { buildApp } from 'fauxqs';

const STARTS: Readonly<Record<string, () => Promise<number>>> = {
  sqs: async () => {
    const fauxqs = buildApp({ logger: false });
    await fauxqs.listen({ port: 0, host: '127.0.0.1' }); // its own start function listens on every interface
    return (fauxqs.server.address() as AddressInfo).port;
  },
  dynamodb: async () => {
    const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server; // it has no types
    const server = dynalite({ createTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  },
};

process.on('disconnect', () => process.exit());
const port = await STARTS[process.argv[2] ?? '']?.();
process.send?.(port);
