import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Report } from '../report.ts';

interface Launched {
  readonly sent: number;
  readonly seconds: number;
  readonly peakBytes: number;
}

/**
 * As on a machine of 2 GiB. V8's young generation grows to three times this within seconds, whatever is held; on a larger
 * machine it takes twice as much, and hides what is measured here.
 */
const YOUNG = '--max-semi-space-size=16';

/** The memory of a streamed launch, each in a process of its own, to queues that answer at once. */
export function launchMemory(report: Report, quick: boolean): void {
  const [small, large] = quick ? [10_000, 200_000] : [10_000, 1_000_000];
  report.section('a streamed launch, peak memory of its process');
  const few = launched(small, [YOUNG]);
  const many = launched(large, [YOUNG]);
  for (const { sent, seconds, peakBytes } of [few, many]) {
    report.figure(`${sent} members`, `${mebibytes(peakBytes).toFixed(0)} MiB, ${seconds.toFixed(1)} s`);
  }
  report.holds('all are sent', few.sent === small && many.sent === large, `${few.sent + many.sent} members`);
  report.atMost('more memory for the larger', mebibytes(many.peakBytes - few.peakBytes), 100, { unit: ' MiB' });
  const more = mebibytes(launched(large, []).peakBytes - launched(small, []).peakBytes);
  report.figure('  with the young generation of this machine', `${more.toFixed(0)} MiB`);
}

function launched(members: number, flags: readonly string[]): Launched {
  const child = join(import.meta.dirname, 'launch-child.ts');
  const options = ['--conditions=celeriac-source', '--disable-warning=ExperimentalWarning'];
  return JSON.parse(
    execFileSync(process.execPath, [...flags, ...options, child, String(members)], { encoding: 'utf8' }),
  );
}

function mebibytes(bytes: number): number {
  return bytes / 2 ** 20;
}
