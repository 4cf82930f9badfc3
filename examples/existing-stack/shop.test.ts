import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Local } from '../../src/local/local.ts';
import { startLocal } from '../../src/local/start-local.ts';

/** What the shop's services were asked, in order; the gateway is busy the first time. */
const asked: string[] = [];
const services = createServer(async (request, response) => {
  asked.push(`${request.method} ${request.url} ${await text(request)}`);
  const busy = request.url === '/charges' && asked.filter((line) => line.includes('/charges')).length === 1;
  response.writeHead(busy ? 503 : 200).end('{"receipt":"R-1"}');
});

let local: Local;
beforeAll(async () => {
  await once(services.listen(0, '127.0.0.1'), 'listening');
  const { port } = services.address() as AddressInfo;
  const env = { SERVICES_URL: `http://127.0.0.1:${port}` };
  local = await startLocal({ appPath: import.meta.dirname, env });
  Object.assign(process.env, local.env);
});
afterAll(async () => {
  await local?.stop();
  services.close();
});

it('takes an order from the API, charges it although the gateway is busy at first, and tells the customer', async () => {
  const { handler } = await import('./src/api.ts');
  const body = JSON.stringify({ order: 'A-1', cents: 990 });
  const accepted = (await handler({ rawPath: '/orders', body })) as { statusCode: number; body: string };
  const { id } = JSON.parse(accepted.body);
  await local.drained();

  expect(accepted.statusCode).toBe(202);
  expect(await handler({ rawPath: `/orders/${id}` })).toEqual({ id, state: 'SUCCESS' });
  expect(asked).toEqual([
    'POST /charges {"order":"A-1","cents":990}',
    'POST /charges {"order":"A-1","cents":990}',
    'POST /mails {"order":"A-1","receipt":"R-1"}',
  ]);
});
