/**
 * Runs a bench by its name, each in a process of its own: `npm run bench` lists them, `npm run bench -- chord` runs one;
 * what follows the name is for the bench. Ends as the bench ends: not zero if a budget was missed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const BENCHES: Readonly<Record<string, { readonly file: string; readonly says: string }>> = {
  worker: { file: 'worker-overhead.ts', says: 'CPU of the worker per record, beside a loop written by hand' },
  chord: {
    file: 'chord.ts',
    says: 'chords of up to 100,000 members: calls, time, memory, beside Celery [--quick] [counts launch embedded celery]',
  },
};

const [, , name = '', ...rest] = process.argv;
const bench = BENCHES[name];
if (bench) {
  const node = [
    '--conditions=celeriac-source',
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, bench.file),
  ];
  process.exitCode = spawnSync(process.execPath, [...node, ...rest], { stdio: 'inherit' }).status ?? 1;
} else {
  for (const [known, { says }] of Object.entries(BENCHES)) console.log(`npm run bench -- ${known.padEnd(8)} ${says}`);
  if (name !== '') console.error(`\nthere is no bench "${name}"`);
  process.exitCode = name === '' ? 0 : 1;
}
