import { createApp } from 'celeriac';
import { countCalls } from './count-calls.ts';

/** What the benches run on the embedded AWS: tasks that do nothing, in batches of ten, and one at a time. */
export const app = createApp('bench-chord', { queues: { default: {}, single: { batchSize: 1 } } });

if (process.env.BENCH_CALLS_FILE) countCalls(process.env.BENCH_CALLS_FILE);
