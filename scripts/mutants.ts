import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTANTS, type Mutant } from '../test/mutants/mutants.ts';

/**
 * Applies each deliberate bug to a copy of the code and runs the tests until one turns red: `npm run mutants [name…]`.
 *
 * Exits with 1 if a bug goes unnoticed, or if its place in the code is no longer there.
 */
const ROOT = resolve(import.meta.dirname, '..');
/** Quickest first: most bugs are caught by the exhaustive schedules. */
const PROJECTS = ['explore', 'simulation', 'unit'] as const;

const wanted = process.argv.slice(2);
const chosen = MUTANTS.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
let survived = 0;
for (const mutant of chosen) {
  const startedAt = performance.now();
  const caughtBy = hunt(mutant);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  if (!caughtBy) survived += 1;
  console.log(
    `${caughtBy ? 'caught  ' : 'SURVIVED'} ${mutant.name}  (${seconds} s)${caughtBy ? `\n           by ${caughtBy}` : ''}`,
  );
}
console.log(`${chosen.length - survived} passed, ${survived} failed`);
process.exitCode = survived > 0 ? 1 : 0;

/** Returns the name of the test that noticed the bug. */
function hunt(mutant: Mutant): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), 'celeriac-mutant-'));
  try {
    for (const part of ['src', 'test', 'package.json', 'tsconfig.json', 'tsconfig.user.json', 'vitest.config.ts']) {
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    apply(mutant, join(copy, 'src', mutant.file));
    for (const project of PROJECTS) {
      const red = firstRed(copy, project);
      if (red) return red;
    }
    return undefined;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function apply({ name, find, replace }: Mutant, file: string): void {
  const before = readFileSync(file, 'utf8');
  if (before.split(find).length !== 2)
    throw new Error(`mutant "${name}": its place does not stand once in ${file}: adapt it`);
  writeFileSync(
    file,
    before.replace(find, () => replace),
  );
}

function firstRed(copy: string, project: string): string | undefined {
  const output = join(copy, 'report.json');
  const options = ['--bail', '1', '--reporter', 'json', '--outputFile', output];
  const run = spawnSync('npx', ['vitest', 'run', '--project', project, ...options], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, CELERIAC_RUNS: '2000' },
  });
  if (run.status === 0) return undefined;
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const red = report.testResults.flatMap((file) => file.assertionResults).find((test) => test.status === 'failed');
  return `${project}: ${red?.fullName ?? 'the suite does not load'}`;
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
