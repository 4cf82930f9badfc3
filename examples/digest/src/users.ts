import { DatabaseSync } from 'node:sqlite';
import { setting } from './settings.ts';

/** A user, as far as the digest is concerned. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly unread: number;
  /** Day of the last digest that was sent, `2026-01-31`. */
  readonly lastDigest: string | null;
}

/** Finds a user; `undefined` if there is none any more. */
export function findUser(id: number): User | undefined {
  const row = statements().find.get(id);
  return row as User | undefined;
}

/** Remembers that a user has got the digest of a day. */
export function markDigestSent(id: number, date: string): void {
  statements().mark.run(date, id);
}

/** Rows in memory at a time, however many users there are. */
const PAGE_SIZE = 500;

/** Reads the ids of all who want a digest, in ascending order; page by page, since the database is written to meanwhile. */
export function* userIds(): Generator<number> {
  for (let lastId = 0; ; ) {
    const rows = statements().page.all(lastId, PAGE_SIZE);
    if (rows.length === 0) return;
    for (const { id } of rows) yield Number(id);
    lastId = Number(rows.at(-1)?.id);
  }
}

let opened: DatabaseSync | undefined;

/** The service's database, opened at first use and kept: a function environment runs many batches. */
export function database(): DatabaseSync {
  opened ??= openDatabase(setting('DIGEST_DATABASE'));
  return opened;
}

/** Opens the database as every process of the service does: many write at the same time, and wait for each other. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  return database;
}

type Statements = ReturnType<typeof prepare>;
let prepared: Statements | undefined;

/** Prepared at the first query and kept. */
function statements(): Statements {
  prepared ??= prepare(database());
  return prepared;
}

function prepare(database: DatabaseSync) {
  return {
    find: database.prepare('SELECT id, name, email, unread, last_digest AS lastDigest FROM users WHERE id = ?'),
    mark: database.prepare('UPDATE users SET last_digest = ? WHERE id = ?'),
    page: database.prepare('SELECT id FROM users WHERE id > ? AND daily_digest ORDER BY id LIMIT ?'),
  };
}
