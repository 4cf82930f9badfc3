import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Report } from '../report.ts';

interface Launched {
  readonly sent: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

/** The memory of a streamed launch, each in a process of its own, to queues that answer at once. */
export function launchMemory(report: Report, quick: boolean): void {
  const [small, large] = quick ? [10_000, 200_000] : [10_000, 1_000_000];
  report.section('a streamed launch, peak memory of its process');
  const few = launched(small);
  const many = launched(large);
  for (const { sent, seconds, peakBytes } of [few, many]) {
    report.figure(`${sent} members`, `${mebibytes(peakBytes).toFixed(0)} MiB, ${seconds.toFixed(1)} s`);
  }
  report.holds('all are sent', few.sent === small && many.sent === large, `${few.sent + many.sent} members`);
  report.atMost('more memory for the larger', mebibytes(many.peakBytes - few.peakBytes), 100, { unit: ' MiB' });
}

function launched(members: number): Launched {
  const child = join(import.meta.dirname, 'launch-child.ts');
  const options = ['--conditions=celeriac-source', '--disable-warning=ExperimentalWarning'];
  return JSON.parse(execFileSync(process.execPath, [...options, child, String(members)], { encoding: 'utf8' }));
}

function mebibytes(bytes: number): number {
  return bytes / 2 ** 20;
}
