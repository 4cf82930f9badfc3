import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mutant } from '../test/mutants/mutant.ts';
import { MUTANTS } from '../test/mutants/mutants.ts';

/**
 * Applies each deliberate bug to a copy of the code and runs the tests until one turns red: `npm run mutants [name…]`.
 *
 * The copy is tested without any bug first: what is red by itself could catch none. Exits with 1 then, or if a bug goes
 * unnoticed, or if its place in the code is no longer there.
 */
const ROOT = resolve(import.meta.dirname, '..');

/** What the tests read. */
const PARTS = ['src', 'test', 'docs', 'examples', 'README.md', 'package.json', 'vitest.config.ts'];
const CONFIGS = ['tsconfig.json', 'tsconfig.user.json', 'tsconfig.build.json'];

/** They compile the code: what a bug leaves unused would be red whatever it does. */
const COMPILING = 'test/unit/type-programs.test.ts';

/** Quickest first. */
const STAGES: readonly Stage[] = [
  { name: 'unit', project: 'unit', env: {} },
  { name: 'explore, one deviation', project: 'explore', env: { CELERIAC_DEVIATIONS: '1' } },
  { name: 'simulation', project: 'simulation', env: { CELERIAC_RUNS: '2000' } },
  { name: 'explore, two deviations', project: 'explore', env: { CELERIAC_DEVIATIONS: '2' } },
];

interface Stage {
  readonly name: string;
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
}

const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
const copy = copied();
try {
  const red = firstRed(STAGES.slice(0, -1));
  if (red) {
    console.log(`without any bug a test is red, so that nothing can be said\n           ${red}`);
    process.exitCode = 1;
  } else {
    const failed = chosen.filter((mutant) => !isCaught(mutant)).length;
    console.log(`${chosen.length - failed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** A copy of what the tests need; each bug is put into it and taken out again. */
function copied(): string {
  const directory = mkdtempSync(join(tmpdir(), 'celeriac-mutant-'));
  for (const part of [...PARTS, ...CONFIGS].filter((name) => existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  return directory;
}

/** Tells whether a test notices the bug, and prints which. */
function isCaught({ name, file, find, replace }: Mutant): boolean {
  const startedAt = performance.now();
  const path = join(copy, 'src', file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const places = before.split(find).length - 1;
  if (places !== 1) {
    console.log(`MISPLACED ${name}\n           its place stands ${places} times in src/${file}: adapt it`);
    return false;
  }
  writeFileSync(
    path,
    before.replace(find, () => replace),
  );
  const caughtBy = firstRed(STAGES);
  writeFileSync(path, before);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  const by = caughtBy ? `\n           by ${caughtBy}` : '';
  console.log(`${caughtBy ? 'caught  ' : 'SURVIVED'}  ${name}  (${seconds} s)${by}`);
  return caughtBy !== undefined;
}

/** The first test that is red, stage by stage. */
function firstRed(stages: readonly Stage[]): string | undefined {
  for (const stage of stages) {
    const red = redOf(stage);
    if (red !== undefined) return `${stage.name}: ${red}`;
  }
  return undefined;
}

function redOf({ project, env }: Stage): string | undefined {
  const output = join(copy, 'report.json');
  rmSync(output, { force: true });
  const options = ['--exclude', COMPILING, '--bail', '1', '--reporter', 'json', '--outputFile', output];
  const run = spawnSync('npx', ['vitest', 'run', '--project', project, ...options], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  if (run.status === 0) return undefined;
  if (!existsSync(output)) return 'no report';
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const red = report.testResults.flatMap((file) => file.assertionResults).find((test) => test.status === 'failed');
  return red?.fullName ?? 'a file does not load';
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
