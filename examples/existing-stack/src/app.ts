import { createApp } from 'celeriac';

/**
 * `payments` was a queue of the shop before it had tasks: the checkout puts `{"task":"payments.charge","args":["A-1",990]}` on
 * it, and goes on doing so. One message at a time, four at the most, as the gateway wants it.
 */
export const app = createApp('shop', {
  queues: { payments: { maxConcurrency: 4, batchSize: 1 } },
  taskRoutes: { 'payments.*': { queue: 'payments' } },
});
