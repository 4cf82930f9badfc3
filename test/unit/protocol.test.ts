import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markdown } from '../support/protocol-table.ts';
import { TABLES } from '../support/protocol-tables.ts';

const PAGE = join(import.meta.dirname, '../../docs/protocol.md');

describe.each(TABLES)('$title', ({ rows }) => {
  it.each(rows)('$when: $gives', ({ gives, ask }) => {
    expect(ask()).toBe(gives);
  });
});

describe('docs/protocol.md', () => {
  it.each(TABLES)('has the table "$title" as the code is', (table) => {
    const page = readFileSync(PAGE, 'utf8');
    const place = new RegExp(`(<!-- table: ${table.title} -->\n)[\\s\\S]*?(<!-- end -->)`);
    const written = page.replace(place, (_all, open, close) => `${open}${markdown(table)}\n${close}`);
    if (process.env.CELERIAC_WRITE_DOCS) writeFileSync(PAGE, written);
    expect(place.test(page)).toBe(true);
    if (!process.env.CELERIAC_WRITE_DOCS) expect(page).toBe(written);
  });
});
