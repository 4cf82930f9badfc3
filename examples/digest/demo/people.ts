import { type Report as DayReport, prepareReports } from '../src/reports.ts';
import { openDatabase } from '../src/users.ts';
import { randomFrom } from './random-from.ts';

const FIRST = ['Ada', 'Alan', 'Barbara', 'Dennis', 'Edsger', 'Frances', 'Grace', 'Hedy', 'Joan', 'Ken', 'Radia', 'Tim'];
const LAST = ['Allen', 'Clarke', 'Dijkstra', 'Hopper', 'Lamarr', 'Liskov', 'Lovelace', 'Perlman', 'Ritchie', 'Turing'];
const ROWS_A_TRANSACTION = 5_000;
const BAD_DOMAIN = 'exmaple.org';

/** The service's users, as whoever runs the service sees them. */
export interface People {
  /** The user whose address has a typing mistake. */
  readonly badId: number;
  /** Ids of everybody and whether the day's digest is marked as sent, page by page. */
  pages(date: string, size: number): Generator<readonly { readonly id: number; readonly sent: boolean }[]>;
  /** Every report that was written. */
  reports(): readonly DayReport[];
  /** Corrects the bad address. */
  repair(): void;
  close(): void;
}

/** Makes the database with its users; one of them has a bad address. */
export function seedPeople(path: string, count: number, seed: number): People {
  const database = openDatabase(path);
  database.exec(`CREATE TABLE users (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, unread INTEGER NOT NULL,
    daily_digest INTEGER NOT NULL DEFAULT 1, last_digest TEXT
  ) STRICT`);
  prepareReports(database);
  const random = randomFrom(seed);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] as string;
  const badId = 1 + Math.floor(random() * count);
  const insert = database.prepare('INSERT INTO users (id, name, email, unread) VALUES (?, ?, ?, ?)');
  for (let first = 1; first <= count; first += ROWS_A_TRANSACTION) {
    database.exec('BEGIN');
    for (let id = first; id < first + ROWS_A_TRANSACTION && id <= count; id++) {
      const [given, family] = [pick(FIRST), pick(LAST)];
      const domain = id === badId ? BAD_DOMAIN : 'example.org';
      const email = `${given}.${family}.${id}@${domain}`.toLowerCase();
      insert.run(id, `${given} ${family}`, email, Math.floor(random() * 40));
    }
    database.exec('COMMIT');
  }
  const page = database.prepare('SELECT id, last_digest FROM users WHERE id > ? ORDER BY id LIMIT ?');
  return {
    badId,
    *pages(date, size) {
      for (let after = 0; after < count; after += size) {
        yield page.all(after, size).map((row) => ({ id: Number(row.id), sent: row.last_digest === date }));
      }
    },
    reports: () => {
      const rows = database.prepare('SELECT report FROM reports').all();
      return rows.map((row) => JSON.parse(String(row.report)) as DayReport);
    },
    repair() {
      const repair = database.prepare("UPDATE users SET email = replace(email, ?, 'example.org') WHERE id = ?");
      repair.run(BAD_DOMAIN, badId);
    },
    close: () => database.close(),
  };
}
