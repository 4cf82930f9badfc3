import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncResult, GroupResult } from 'celeriac';
import type { EnvironmentState } from '../../../src/local/local-function.ts';
import { app } from '../src/app.ts';
import type { Report as DayReport } from '../src/reports.ts';
import { sendDailyDigest, sendDigestForUser } from '../src/tasks.ts';
import { drained } from './drained.ts';
import { Kills } from './kills.ts';
import type { DemoOptions } from './options.ts';
import { Progress } from './progress.ts';
import type { Report } from './report.ts';
import type { Stage } from './stage.ts';
import { Tally } from './tally.ts';

const COUNT_EVERY_MS = 200;

/** Sends everybody the digest of a day, kills on the way, and waits until no message is left. */
export async function sendEverybody(
  stage: Stage,
  { users, kills: wanted }: DemoOptions,
  date: string,
): Promise<Omit<Report, 'peakBytes'>> {
  const { local, smtp } = stage;
  const tally = new Tally(sendDigestForUser.name);
  const progress = new Progress(users);
  const kills = new Kills(wanted, users, () => killBusiest(local.environments()));
  let counting = false;
  stage.listen((event) => {
    tally.count(event);
    if (!counting) progress.update(tally.ended);
    const records = kills.at(tally.ended);
    if (records > 0) progress.note(`      a worker was killed with ${records} messages in its hands`);
  });
  const sent = await sendDailyDigest.delay(date);
  const { mails, report } = await sent.get();
  counting = true; // all are sent: from now on the barrier says how many have ended, in a read or two
  const counted = countUp(app.groupResult(mails), progress, app.asyncResult(report));
  await drained(stage);
  const day = await counted;
  stage.listen(() => {});
  progress.end();
  const { distinct, repeated, postponed } = await smtp.counts();
  const letters = (await Promise.all(local.queues.map((queue) => local.deadLetters(queue)))).flat();
  return {
    users,
    mails: distinct,
    repeated,
    retried: tally.retried,
    postponed,
    deadLetters: letters.map(({ attributes }) => `${attributes.reason}: ${attributes.errorMessage}`),
    kills: kills.count,
    inFlightAtKills: kills.inFlight,
    seconds: tally.seconds,
    slowest: day.slowest,
  };
}

/** Shows how many mails have gone out, until the report is written. */
async function countUp(
  mails: GroupResult<boolean[]>,
  progress: Progress,
  report: AsyncResult<unknown>,
): Promise<DayReport> {
  while (!(await report.ready())) {
    progress.update(await mails.completedCount());
    await sleep(COUNT_EVERY_MS);
  }
  progress.update(await mails.completedCount());
  return (await report.get()) as DayReport;
}

/** Kills the function that works on most messages; the one that runs the orchestrator has a single one, and is left alone. */
function killBusiest(environments: readonly EnvironmentState[]): number {
  const [busiest] = environments.toSorted((a, b) => b.inFlightRecords - a.inFlightRecords);
  if (!busiest || busiest.inFlightRecords < 2) return 0;
  process.kill(busiest.pid, 'SIGKILL');
  return busiest.inFlightRecords;
}
