import { chord, type Settled } from 'celeriac';
import * as z from 'zod';
import { app } from './app.ts';
import { isTransient, sendMail } from './mail.ts';
import { renderDigest } from './render-digest.ts';
import { saveReport } from './reports.ts';
import { findUser, markDigestSent, userIds } from './users.ts';

/**
 * Sends the digest of one day to everybody who wants it, one task a user, and then has the day's report written.
 *
 * The users stream out of the database while they are sent: memory does not grow with their number. One that fails does not
 * keep the report from being written, but is listed in it.
 */
export const sendDailyDigest = app.task(
  'digest.sendDaily',
  { args: z.tuple([z.iso.date()]), queue: 'default' },
  async (date) => {
    const report = await chord(everybody(date), writeReport.s(date), { onError: 'settle' }).applyAsync();
    return { report: report.id, mails: report.parent?.id ?? '' };
  },
);

function* everybody(date: string) {
  for (const userId of userIds()) yield sendDigestForUser.s(userId, date);
}

/** Sends one user the digest of one day, unless it is marked as sent: running it again does no harm. */
export const sendDigestForUser = app.task(
  'digest.sendForUser',
  {
    args: z.tuple([z.int(), z.iso.date()]),
    bind: true,
    autoretryFor: [isTransient], // "try later" (4xx) and broken connections; a "no" (5xx) fails, and is a dead letter
    retryBackoff: true,
    maxRetries: 5,
  },
  async (self, userId, date) => {
    const user = findUser(userId);
    if (!user || user.lastDigest === date) {
      self.log.info('nothing to send', { userId, why: user ? 'sent already' : 'no such user' });
      return false;
    }
    await sendMail(renderDigest(user, date));
    markDigestSent(userId, date);
    return true;
  },
);

/** Runs once, when the last mail has been sent or given up: sums up, and names the mail that took longest. */
export const writeReport = app.task(
  'digest.writeReport',
  { bind: true, queue: 'default' },
  async (self, mails: Settled<boolean>[], date: string) => {
    const failures = mails.flatMap((mail) => (mail.status === 'SUCCESS' ? [] : [mail.error.message]));
    const slowest = { id: '', ms: 0 };
    for await (const { id, startedAt, dateDone } of app.groupResult(self.request.parent ?? '').members()) {
      const ms = Number(dateDone) - Number(startedAt);
      if (ms > slowest.ms) Object.assign(slowest, { id, ms });
    }
    const report = { date, users: mails.length, failed: failures.length, failures: failures.slice(0, 100), slowest };
    saveReport(report);
    return report;
  },
);
