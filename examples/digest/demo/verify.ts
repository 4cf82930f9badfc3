import { atMost, type Check, check, compareDeliveries } from './check.ts';
import { drained } from './drained.ts';
import type { Report } from './report.ts';
import type { Stage } from './stage.ts';

/** After the run: what mailbox, database and dead letters have to say. */
export async function verifyRun(
  stage: Stage,
  report: Omit<Report, 'peakBytes'>,
  wantedKills: number,
  date: string,
): Promise<Check[]> {
  const { people, smtp } = stage;
  const good = report.users - 1;
  const { withMail, marked, incomplete } = await compareDeliveries(people, smtp, date);
  const [letter = 'none'] = report.deadLetters;
  const reports = people.reports();
  const [day] = reports;
  return [
    check('every user with a good address has got one mail', good, withMail),
    check('no mail is there that nobody asked for', withMail, report.mails),
    check('every one of them is marked as sent in the database', good, marked),
    check('the user with the bad address is the only one without', people.badId, incomplete.join(', ')),
    check('the report of the day was written once', 1, reports.length),
    check('it counts every user', report.users, day?.users ?? 0),
    check('and lists the one that failed', '550 5.1.1', /550 5\.1\.1/.exec(day?.failures.join() ?? '')?.[0] ?? 'none'),
    check('workers were killed', wantedKills, report.kills),
    atMost('no more mails came again than were in flight at a kill', report.inFlightAtKills, report.repeated),
    check('one message is a dead letter', 1, report.deadLetters.length),
    check('its reason is the answer of the mail server', '550 5.1.1', /550 5\.1\.1/.exec(letter)?.[0] ?? letter),
  ];
}

/** Corrects the bad address and moves its dead letter back to its queue: what has to be so then. */
export async function repairAndVerify(stage: Stage, users: number, date: string): Promise<Check[]> {
  const { people, smtp, local } = stage;
  people.repair();
  const moved = await local.redrive('digest');
  await drained(stage);
  const { withMail, marked } = await compareDeliveries(people, smtp, date);
  return [
    check('the dead letter was moved back', 1, moved),
    check('its mail has arrived: now everybody has one', users, withMail),
    check('everybody is marked as sent', users, marked),
    check('no dead letter is left', 0, (await local.deadLetters('digest')).length),
  ];
}
