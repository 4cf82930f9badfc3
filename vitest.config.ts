import { defineConfig } from 'vitest/config';

/** One project a kind of test, so that each can be run alone: `npx vitest run --project unit`. */
const project = (name: string, testTimeout: number, include: readonly string[] = [], more: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`, ...include], testTimeout, hookTimeout: testTimeout, ...more },
});

export default defineConfig({
  resolve: { conditions: ['celeriac-source'] },
  ssr: { resolve: { conditions: ['celeriac-source'] } },
  test: {
    projects: [
      project('architecture', 60_000),
      project('unit', 20_000),
      project('property', 300_000),
      project('contract', 120_000),
      project('simulation', 600_000),
      project('explore', 900_000),
      // its files share their modules: the CDK, its validator and the apps that it reads take seconds each
      project('cdk', 120_000, [], { isolate: false }),
      project('flow', 300_000, ['examples/**/*.test.ts']),
      // what somebody writes in a folder beside ours
      { extends: true, test: { name: 'own', include: ['!(test|examples)/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            checker: 'tsc',
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: 'tsconfig.user.json',
          },
        },
      },
    ],
  },
});
