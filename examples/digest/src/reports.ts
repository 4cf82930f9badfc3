import type { DatabaseSync } from 'node:sqlite';
import { database } from './users.ts';

/** What became of one day's digest. */
export interface Report {
  readonly date: string;
  readonly users: number;
  readonly failed: number;
  /** The first hundred, as the mail server said it. */
  readonly failures: readonly string[];
  /** The task that took longest, in milliseconds. */
  readonly slowest: { readonly id: string; readonly ms: number };
}

/** Writes the report of a day; one that is there stays. */
export function saveReport(report: Report): void {
  prepareReports(database());
  database()
    .prepare('INSERT INTO reports (date, report) VALUES (?, ?) ON CONFLICT (date) DO NOTHING')
    .run(report.date, JSON.stringify(report));
}

/** Makes the table if it is not there. */
export function prepareReports(open: DatabaseSync): void {
  open.exec('CREATE TABLE IF NOT EXISTS reports (date TEXT PRIMARY KEY, report TEXT NOT NULL) STRICT');
}
