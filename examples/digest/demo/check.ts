import { digestMessageId } from '../src/render-digest.ts';
import type { People } from './people.ts';
import type { SmtpServer } from './smtp-server.ts';

/** One thing that has to be so, and what was found. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Expects a text, or a number. */
export function check(what: string, expected: string | number, found: string | number): Check {
  return { what, expected: String(expected), found: String(found) };
}

/** Expects a number not to be larger than another. */
export function atMost(what: string, limit: number, found: number): Check {
  const expected = `at most ${limit}`;
  return { what, expected, found: found <= limit ? expected : String(found) };
}

function isMet({ expected, found }: Check): boolean {
  return expected === found;
}

/** Prints what is so, and of the rest what was expected and what was found; answers whether all is well. */
export function printChecks(checks: readonly Check[]): boolean {
  for (const one of checks) {
    if (isMet(one)) console.log(`  ✔ ${one.what}`);
    else console.log(`  ✘ ${one.what}\n      expected  ${one.expected}\n      found     ${one.found}`);
  }
  return checks.every(isMet);
}

/** Every user's mail and mark, summed up. */
export interface Deliveries {
  /** Users whose mail came, once or more often. */
  readonly withMail: number;
  /** Users whose digest is marked as sent. */
  readonly marked: number;
  /** The first few who have only one of the two, or neither. */
  readonly incomplete: readonly number[];
}

const PAGE_SIZE = 1_000;
const SHOWN = 5;

/** Goes through all users, page by page, and compares the mailbox with the database. */
export async function compareDeliveries(people: People, smtp: SmtpServer, date: string): Promise<Deliveries> {
  let [withMail, marked] = [0, 0];
  const incomplete: number[] = [];
  for (const users of people.pages(date, PAGE_SIZE)) {
    const times = await smtp.timesOf(users.map(({ id }) => digestMessageId(id, date)));
    for (const [index, { id, sent }] of users.entries()) {
      const came = (times[index] ?? 0) > 0;
      if (came) withMail += 1;
      if (sent) marked += 1;
      if (!(came && sent) && incomplete.length < SHOWN) incomplete.push(id);
    }
  }
  return { withMail, marked, incomplete };
}
