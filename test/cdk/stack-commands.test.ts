import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Without the CDK's own look at the template, which takes most of the time. */
const UNCHECKED = { CDK_VALIDATION: 'false' };

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** As `npm run` of a clone does it, for somebody without settings, credentials and network. */
function run(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = {
    ...variables,
    PATH: `${dirname(process.execPath)}:${join(ROOT, 'node_modules/.bin')}:/usr/bin:/bin`,
    HOME: home,
    AWS_EC2_METADATA_DISABLED: 'true',
    HTTPS_PROXY: 'http://127.0.0.1:9',
  };
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [script = '', ...options] = args;
  const command = [scripts[script], ...options].join(' ');
  const { status, stdout, stderr } = spawnSync(command, { cwd: ROOT, shell: true, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

it('synthesizes the digest for somebody without credentials and network, and says what it is and how long it took', () => {
  const { status, stdout } = run(['synth']);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^examples\/digest\/cdk\.out\/Digest\.template\.json\n {2}\d+ resources: .*\b6 Queue, .*\b3 Function/m,
  );
  expect(stdout).toMatch(/^took \d+\.\d s$/m);
});

it('synthesizes another folder that is named, and prints what docs/deploy.md shows', () => {
  const { stdout } = run(['synth', 'examples/hello'], UNCHECKED);
  const [file, resources, next] = stdout.trim().split('\n');
  expect(file).toBe('examples/hello/cdk.out/Hello.template.json');
  expect(readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8')).toContain([file, resources, next, 'took'].join('\n'));
});

it('says which folders can be named', () => {
  const { status, stderr } = run(['synth', 'examples/canvas']);
  expect(status).toBe(1);
  expect(stderr).toContain(`there is no cdk.json in ${join(ROOT, 'examples/canvas')}; name a folder that has one`);
});

it('deploys nothing for want of credentials, and says where to read of them', () => {
  const { status, stderr } = run(['deploy', 'examples/hello', '--require-approval never'], UNCHECKED);
  expect(status).toBe(1);
  expect(stderr).toContain('Unable to resolve AWS account');
  expect(stderr).toContain('docs/deploy.md#into-an-account');
});
