import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The package as npm installs it: its build, without the sources. */
const ROOT = resolve(import.meta.dirname, '../..');
const FILES = {
  'package.json': '{ "type": "module" }',
  'src/app.ts': `import { createApp } from 'celeriac';\nexport const app = createApp('shop');\n`,
  'src/tasks.ts': `import { app } from './app.ts';\nexport const send = app.task('mail.send', {}, async () => 1);\n`,
  'cdk.ts': `import { App, Stack } from 'aws-cdk-lib';
import { TaskApp } from 'celeriac/cdk';
const app = new App({ outdir: 'cdk.out' });
new TaskApp(new Stack(app, 'Shop'), 'Tasks', { entry: 'src/app.ts' });
app.synth();
`,
} as const;

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'celeriac package '));
  mkdirSync(join(project, 'src'));
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(project, path), text);
  installIn(join(project, 'node_modules'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function installIn(modules: string): void {
  const here = join(modules, 'celeriac');
  mkdirSync(here, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== 'celeriac') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const part of ['package.json', 'bin']) cpSync(join(ROOT, part), join(here, part), { recursive: true });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  run(ROOT, tsc, '-p', 'tsconfig.build.json', '--outDir', join(here, 'dist'));
}

function run(cwd: string, ...args: string[]): string {
  // conditions of this process would find the sources
  const { NODE_OPTIONS: _, ...env } = process.env;
  return execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
}

describe('the built package', () => {
  it('has a command line', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(run(project, 'node_modules/celeriac/bin/celeriac.js', '--version').trim()).toBe(version);
  });

  it('has everything that a stack is made of', () => {
    run(project, 'cdk.ts');
    const out = join(project, 'cdk.out');
    const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
    const code = assets.map((asset) => readFileSync(join(out, asset, 'index.mjs'), 'utf8'));
    expect(code.filter((text) => text.includes('mail.send'))).toHaveLength(1);
    expect(code).toHaveLength(2);
  });

  it('exports what it says it exports', () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const entries = Object.keys(exports).filter((entry) => entry !== './package.json');
    const lines = entries.map(
      (entry) => `console.log(Object.keys(await import('celeriac${entry.slice(1)}')).length > 0);`,
    );
    writeFileSync(join(project, 'entries.mjs'), lines.join('\n'));
    expect(run(project, 'entries.mjs').trim().split('\n')).toEqual(entries.map(() => 'true'));
  });
});
