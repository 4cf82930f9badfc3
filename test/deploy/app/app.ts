import { createApp } from 'celeriac';

/** What the digest example does not do on purpose: hang, die, fail until somebody repairs something. */
export const app = createApp('drive', {
  queues: {
    default: { maxConcurrency: 8, batchSize: 10 },
    /** Tasks that use up their function's time. */
    hangs: { maxConcurrency: 2, batchSize: 10 },
    /** Tasks of which their process dies. */
    poison: { maxConcurrency: 2, batchSize: 10 },
  },
});
