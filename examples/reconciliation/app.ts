import { chord, createApp } from 'celeriac';
import { bank, books } from './books.ts';

/** Each night every account is compared with the bank; the day is closed once all of them agree. */
export const app = createApp('books', { queues: { default: {}, accounts: { maxConcurrency: 10 } } });

export class Mismatch extends Error {
  override name = 'Mismatch';
}

/** Fails for good where the two differ: its dead letter waits until somebody has looked at the account. */
export const reconcile = app.task(
  'books.reconcile',
  { queue: 'accounts', throws: [Mismatch] },
  async (account: string, day: string) => {
    const [ours, theirs] = await Promise.all([books.balance(account, day), bank.balance(account, day)]);
    if (ours !== theirs) throw new Mismatch(`${account}: we have ${ours}, the bank has ${theirs}`);
    return { account, cents: ours };
  },
);

type Reconciled = Awaited<ReturnType<typeof reconcile>>;

/** Runs once, and only when every account agrees. */
export const closeDay = app.task('books.closeDay', {}, async (accounts: Reconciled[], day: string) => {
  const cents = accounts.reduce((sum, account) => sum + account.cents, 0);
  return { day, accounts: accounts.length, cents };
});

/** For people: called once if the day could not be closed, whatever the number of accounts that differ. */
export const tellAccounting = app.task(
  'books.tellAccounting',
  { bind: true },
  async (self, failure: { error: { message: string } }) => {
    self.log.warn('the day is not closed', { why: failure.error.message });
  },
);

/** A task for each account, and behind them the one that closes the day. */
export const closing = (day: string) =>
  chord(
    books.accounts().map((account) => reconcile.s(account, day)),
    closeDay.s(day),
  ).linkError(tellAccounting.s());

/** `celeriac call books.close 2026-05-01 --wait` prints the id of the workflow, for `celeriac graph`. */
export const close = app.task('books.close', {}, async (day: string) => (await closing(day).delay()).id);

/** `celeriac call books.correct A-3 250`: what a person does before the dead letter is redriven. */
export const correct = app.task('books.correct', {}, async (account: string, cents: number) =>
  books.book(account, cents),
);
