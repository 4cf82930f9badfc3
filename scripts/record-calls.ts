import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { recordCalls, writtenDown } from '../test/support/recorded-calls.ts';

/**
 * Runs the contract and flow suites and writes down which kinds of calls reached the embedded SQS and DynamoDB, for the test that
 * holds the roles against them: `npm run run-ts scripts/record-calls.ts`. With arguments it runs what these say to vitest, and prints.
 */
const ROOT = resolve(import.meta.dirname, '..');
const FILE = 'test/cdk/iam/calls-of-suites.json';

const asked = process.argv.slice(2);
const suites = asked.length > 0 ? asked : ['--project', 'contract', '--project', 'flow'];
const recording = recordCalls();
try {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, ...recording.environment };
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...suites], { cwd: ROOT, stdio: 'inherit', env });
  const lines = writtenDown(recording.calls());
  if (asked.length > 0) console.log(lines.join('\n'));
  else if (status === 0) writeFileSync(join(ROOT, FILE), `${JSON.stringify(lines, undefined, 2)}\n`);
  process.exitCode = status ?? 1;
} finally {
  recording.end();
}
