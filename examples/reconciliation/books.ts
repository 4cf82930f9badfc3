import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/**
 * These stand for a ledger and a bank. Corrections stand in a file that all functions of one `celeriac dev` share, and that the
 * next one does not find.
 */
const FILE = join(tmpdir(), `celeriac-books-${process.ppid}.json`);
const ACCOUNTS = 12;

export const bank = {
  async balance(account: string, _day: string): Promise<number> {
    await setImmediate();
    return Number(account.slice(2)) * 1_000;
  },
};

export const books = {
  accounts: (): string[] => Array.from({ length: ACCOUNTS }, (_, i) => `A-${i + 1}`),
  async balance(account: string, day: string): Promise<number> {
    const missing = account === 'A-3' || account === 'A-7' ? 250 : 0; // a payment that nobody has booked
    return (await bank.balance(account, day)) - missing + (corrections()[account] ?? 0);
  },
  async book(account: string, cents: number): Promise<void> {
    writeFileSync(FILE, JSON.stringify({ ...corrections(), [account]: cents }));
  },
  reset: (): void => rmSync(FILE, { force: true }),
};

function corrections(): Record<string, number> {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
}
