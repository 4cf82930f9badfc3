import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const DEMO = join(import.meta.dirname, '../../examples/digest/demo.ts');
const FLAGS = ['--conditions=celeriac-source', '--disable-warning=ExperimentalWarning'];

it('sends every user one digest although a worker is killed, and the bad address its own once it is repaired', async () => {
  // exits with another code than 0, and so rejects, if anything is not as it has to be
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, DEMO, '--users', '300']);

  expect(stdout).toMatch(/^ {2}mails +299$/m);
  expect(stdout).toMatch(/^ {2}kills +1 /m);
  expect(stdout).toMatch(/^ {2}dead-lettered +1 .*550 5\.1\.1/m);
  expect(stdout).toContain('now everybody has one');
  expect(stdout).not.toContain('✘');
});
