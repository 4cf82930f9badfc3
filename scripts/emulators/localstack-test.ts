/**
 * Runs on LocalStack what it can show: `npm run test:localstack`. Ends with a line of counts.
 *
 * An endpoint given by `AWS_ENDPOINT_URL` is used instead of starting one. Without Python 3.13 nothing runs, which is said and
 * is no failure.
 *
 * @see docs/emulators.md
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalStack } from './localstack.ts';
import { findLocalStackPython, LOCALSTACK_PYTHON } from './localstack-python.ts';
import { CACHE } from './venv.ts';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
const LOG = join(CACHE, 'localstack.log');

const SKIPPED = `
!!! SKIPPED: nothing was tested on LocalStack. It needs Python ${LOCALSTACK_PYTHON}, and there is none: neither \`python${LOCALSTACK_PYTHON}\`
!!! on the PATH nor one of pyenv's versions runs. Install it (\`pyenv install ${LOCALSTACK_PYTHON}\`), or set AWS_ENDPOINT_URL to a LocalStack.
`;

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Ctrl-C reaches the tests by itself. Whatever ends them, what was started here is then ended in order. */
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort(signal));
await mkdir(CACHE, { recursive: true });
const { passed, failed } = await onLocalStack();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function onLocalStack(): Promise<Counts> {
  const { AWS_ENDPOINT_URL: given } = process.env;
  if (given) {
    console.log(`Using the AWS at ${given} (AWS_ENDPOINT_URL)`);
    return await tested({});
  }
  const python = await findLocalStackPython();
  if (python === undefined) {
    console.warn(SKIPPED);
    return { passed: 0, failed: 0 };
  }
  const folder = await mkdtemp(join(CACHE, 'localstack-'));
  try {
    return await onOwn(python, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onOwn(python: string, folder: string): Promise<Counts> {
  console.log(
    `Starting LocalStack with ${python}; the first time its packages are installed into .cache/, half a minute`,
  );
  const localStack = await startLocalStack({ python, folder, logFile: LOG });
  console.log(`LocalStack ${localStack.env.AWS_ENDPOINT_URL}, pid ${localStack.process.pid}, log in ${LOG}`);
  try {
    return await tested(localStack.env);
  } finally {
    await localStack.stop();
  }
}

/** Runs the tests on the AWS that the environment names. */
async function tested(env: Readonly<Record<string, string>>): Promise<Counts> {
  if (ending.signal.aborted) return { passed: 0, failed: 1 };
  const report = join(await mkdtemp(join(CACHE, 'report-')), 'report.json');
  const config = join(ROOT, 'test/localstack/vitest.config.ts');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [VITEST, 'run', '--config', config, ...reporters], {
    cwd: ROOT,
    env: { ...process.env, CONTRACT_TIMES: '0', ...env },
    stdio: 'inherit',
  });
  ending.signal.addEventListener('abort', () => ending.signal.reason !== 'SIGINT' && child.kill());
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  try {
    return countsOf(await readFile(report, 'utf8').catch(() => '{}'), code === 0);
  } finally {
    await rm(join(report, '..'), { recursive: true, force: true });
  }
}

/** A run that fails without a failed test (an unhandled error, a file that does not load), or without any test, is a failure too. */
function countsOf(report: string, well: boolean): Counts {
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = JSON.parse(report) as {
    readonly numPassedTests?: number;
    readonly numFailedTests?: number;
  };
  return { passed, failed: failed === 0 && !(well && passed > 0) ? 1 : failed };
}
