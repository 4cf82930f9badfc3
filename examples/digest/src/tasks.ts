import * as z from 'zod';
import { app } from './app.ts';
import { isTransient, sendMail } from './mail.ts';
import { renderDigest } from './render-digest.ts';
import { findUser, markDigestSent, pagesOfUserIds } from './users.ts';

/** Messages handed to SQS before the next page of users is read: bounds the memory, however many users there are. */
const PAGE_SIZE = 500;
/** Kept free at the end of a function's time, for the page under way and for handing over. */
const RESERVE_MS = 5_000;

/**
 * Sends the digest of one day to everybody who wants it: one task a user.
 *
 * A function has a few minutes at most, so when its time runs short the next run goes on behind the last user.
 */
export const sendDailyDigest = app.task(
  'digest.sendDaily',
  { args: z.tuple([z.iso.date(), z.int().optional()]), bind: true, queue: 'default' },
  async (self, date, afterUserId = 0): Promise<void> => {
    for (const userIds of pagesOfUserIds(afterUserId, PAGE_SIZE)) {
      await Promise.all(userIds.map((userId) => sendDigestForUser.delay(userId, date)));
      const lastUserId = userIds.at(-1);
      if (lastUserId !== undefined && isShort(self.request.deadline)) {
        await sendDailyDigest.applyAsync([date, lastUserId], { countdown: 1 }); // this function is free again by then
        return;
      }
    }
  },
);

/** Sends one user the digest of one day, unless it is marked as sent: running it again does no harm. */
export const sendDigestForUser = app.task(
  'digest.sendForUser',
  {
    args: z.tuple([z.int(), z.iso.date()]),
    bind: true,
    autoretryFor: [isTransient], // "try later" (4xx) and broken connections; a "no" (5xx) fails, and is a dead letter
    retryBackoff: true,
    maxRetries: 5,
    ignoreResult: true,
  },
  async (self, userId, date) => {
    const user = findUser(userId);
    if (!user || user.lastDigest === date) {
      self.log.info('nothing to send', { userId, why: user ? 'sent already' : 'no such user' });
      return;
    }
    await sendMail(renderDigest(user, date));
    markDigestSent(userId, date);
  },
);

function isShort(deadline: Date | null): boolean {
  return deadline !== null && deadline.getTime() - Date.now() < RESERVE_MS;
}
