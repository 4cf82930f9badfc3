/** What a run has come to. */
export interface Report {
  readonly users: number;
  readonly mails: number;
  readonly repeated: number;
  readonly retried: number;
  /** What the mail server asked to try again later. */
  readonly postponed: number;
  /** One text a dead letter. */
  readonly deadLetters: readonly string[];
  readonly kills: number;
  readonly inFlightAtKills: number;
  readonly seconds: number;
  /** The mail that took longest, as the day's report names it. */
  readonly slowest: { readonly id: string; readonly ms: number };
  /** Of the driver and of all function environments; not the embedded AWS and the mail server. */
  readonly peakBytes: number;
}

/** Prints it as a table. */
export function printReport(report: Report): void {
  const rows: readonly (readonly [string, string, string?])[] = [
    ['users', whole(report.users)],
    ['mails', whole(report.mails)],
    ['repeated', whole(report.repeated), `${whole(report.inFlightAtKills)} were in flight when killed`],
    ['retried', whole(report.retried), `${whole(report.postponed)} were put off by the mail server`],
    ['dead-lettered', whole(report.deadLetters.length), report.deadLetters[0] ?? ''],
    ['slowest mail', `${whole(report.slowest.ms)} ms`, report.slowest.id],
    ['kills', whole(report.kills), 'busy function environments, by SIGKILL'],
    ['duration', `${report.seconds.toFixed(1)} s`],
    ['tasks/s', whole(Math.round(report.users / report.seconds))],
    ['peak memory', `${whole(Math.round(report.peakBytes / 2 ** 20))} MiB`, 'driver and function environments'],
  ];
  console.log();
  for (const [name, value, remark = ''] of rows)
    console.log(`  ${name.padEnd(14)}${value.padStart(10)}   ${remark}`.trimEnd());
  console.log();
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
