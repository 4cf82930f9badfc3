import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The page that says who may do what. */
export const PAGE: string = readFileSync(join(import.meta.dirname, '../../../docs/iam.md'), 'utf8');

/** The rows of one of its tables, without the heads: `<!-- rights: worker -->` before it, `<!-- end -->` behind it. */
export function rowsOf(table: string): readonly (readonly string[])[] {
  const [, body = ''] = PAGE.split(`<!-- ${table} -->\n`);
  const lines = body.slice(0, body.indexOf('<!-- end -->')).trim().split('\n').slice(2);
  if (lines.length === 0) throw new Error(`docs/iam.md has no table "${table}"`);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks. */
export function codesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
}
