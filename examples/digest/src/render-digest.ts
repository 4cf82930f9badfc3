import type { User } from './users.ts';

/** What a user's digest says. */
export function renderDigest(user: User, date: string): { readonly subject: string; readonly text: string } {
  const things = user.unread === 1 ? '1 thing' : `${user.unread} things`;
  return {
    subject: `Your digest of ${date}`,
    text: [`Good morning ${user.name},`, `${things} happened since you were here.`, 'Have a good day!'].join('\n\n'),
  };
}
