import type { Checks } from './checks.ts';

/** Names what failed, and ends with the one line that is counted. */
export function report(runs: readonly Checks[]): void {
  const failed = runs.flatMap((checks) => checks.failed);
  const passed = runs.reduce((sum, checks) => sum + checks.passed, 0);
  console.log();
  for (const name of failed) console.log(`FAILED: ${name}`);
  console.log(`${passed} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
}
