import assert from 'node:assert/strict';
import { compareDeliveries } from '../../../examples/digest/demo/check.ts';
import { app } from '../../../examples/digest/src/app.ts';
import type { Report } from '../../../examples/digest/src/reports.ts';
import { sendDailyDigest } from '../../../examples/digest/src/tasks.ts';
import { isEmpty } from '../../../src/operations/queue-depth.ts';
import { eventually } from '../eventually.ts';
import type { Digest, Stage } from '../stage.ts';

const DATE = '2026-01-31';
const SECONDS = 60;

/** The digest example's day: everybody gets a mail, one address is wrong, and is corrected later. */
export async function mails({ checks, digest }: Stage): Promise<void> {
  if (!digest) return;
  const { people, smtp, users, stack } = digest;
  await checks.that(`the mails of ${users} users go out through deployed functions`, async () => {
    const sent = await sendDailyDigest.delay(DATE);
    const { report } = await sent.get({ timeout: SECONDS });
    const day = (await app.asyncResult(report).get({ timeout: SECONDS })) as Report;
    assert.equal(day.users, users);
    assert.equal(day.failed, 1);
    const { distinct, repeated, postponed } = await smtp.counts();
    assert.equal(distinct, users - 1);
    assert.equal(repeated, 0);
    assert.ok(postponed > 0, 'no mail was put off, so nothing was retried');
    await compare(digest, users - 1);
  });
  await checks.that('the chord that sent them had its report written once', async () => {
    assert.equal(people.reports().length, 1);
  });
  await checks.that('the one wrong address is a dead letter with the answer of the mail server', async () => {
    const [letter, ...others] = await stack.tools.deadLetters('digest');
    assert.equal(others.length, 0);
    assert.equal(letter?.attributes.reason, 'permanent');
    assert.match(letter?.attributes.errorMessage ?? '', /550 5\.1\.1/);
  });
  await checks.that('corrected and redriven, it goes out as well', async () => {
    people.repair();
    assert.equal(await stack.tools.redrive('digest'), 1);
    await eventually('everybody has a mail', SECONDS, async () => (await smtp.counts()).distinct === users);
    await eventually('everybody is marked as sent', SECONDS, () => compare(digest, users).then(() => true));
  });
  await checks.that('nothing is left on the queues of the digest', async () => {
    for (const queue of ['default', 'default-lost', 'default-dlq', 'digest', 'digest-lost', 'digest-dlq']) {
      await eventually(`${queue} is empty`, SECONDS, async () => isEmpty(await stack.tools.depth(queue)));
    }
  });
}

/** Mailbox and database agree that so many users have their mail. */
async function compare({ people, smtp }: Digest, expected: number): Promise<void> {
  const { withMail, marked } = await compareDeliveries(people, smtp, DATE);
  assert.deepEqual({ withMail, marked }, { withMail: expected, marked: expected });
}
