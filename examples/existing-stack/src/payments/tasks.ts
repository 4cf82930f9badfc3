import * as z from 'zod';
import { app } from '../app.ts';
import { call, RETRIED } from '../http.ts';

/** Takes the money once, however often it runs: the gateway knows an order again. */
export const charge = app.task(
  'payments.charge',
  { ...RETRIED, args: z.tuple([z.string().regex(/^[A-Z]-\d+$/), z.int().positive()]) },
  async (order, cents) => {
    const headers = { 'idempotency-key': order };
    const answer = await call('/charges', { method: 'POST', body: JSON.stringify({ order, cents }), headers });
    return z.object({ receipt: z.string() }).parse(answer).receipt;
  },
);
