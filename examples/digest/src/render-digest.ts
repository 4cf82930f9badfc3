import type { Mail } from './mail.ts';
import type { User } from './users.ts';

/** What a user's digest of one day is. */
export function renderDigest(user: User, date: string): Mail {
  const things = user.unread === 1 ? '1 thing' : `${user.unread} things`;
  return {
    to: user.email,
    messageId: digestMessageId(user.id, date),
    subject: `Your digest of ${date}`,
    text: [`Good morning ${user.name},`, `${things} happened since you were here.`, 'Have a good day!'].join('\n\n'),
  };
}

/** The same for every attempt, so that a mailbox can tell a repeated mail from another one. */
export function digestMessageId(userId: number, date: string): string {
  return `<digest-${date}-${userId}@example.org>`;
}
