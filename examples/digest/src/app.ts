import { createApp } from 'celeriac';

/** `digest` holds one message a user, so it is drained by many functions; `default` holds the one that starts them. */
export const app = createApp('digest', {
  queues: {
    default: { maxConcurrency: 2, batchSize: 1 },
    digest: { maxConcurrency: 4, batchSize: 10 },
  },
  taskRoutes: { 'digest.*': { queue: 'digest' } },
});
