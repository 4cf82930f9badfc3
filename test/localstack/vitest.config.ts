import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * What runs on an AWS given by the environment: the contract suites of the adapters that speak to AWS, and what only LocalStack
 * can show. `npm run test:localstack` starts one; `npm test` knows nothing of it.
 */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  resolve: { conditions: ['celeriac-source'] },
  ssr: { resolve: { conditions: ['celeriac-source'] } },
  test: {
    include: ['test/contract/{embedded,sqs-*,dynamo-*}.test.ts', 'test/localstack/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    silent: 'passed-only',
    maxWorkers: 3, // the server is what takes the time
  },
});
