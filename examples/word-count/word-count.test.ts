import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestApp } from 'celeriac/testing';
import { expect, it } from 'vitest';
import { app, count, wordCount, wordsOf } from './app.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const pages = readdirSync(DOCS).filter((name) => name.endsWith('.md'));

it('counts the words of the documentation', async () => {
  using test = createTestApp(app);
  const counted = await (await wordCount(DOCS).delay()).get();
  const all = pages.flatMap((name) => readFileSync(join(DOCS, name), 'utf8').match(/\p{Letter}+/gu) ?? []);
  expect(counted).toMatchObject({ files: pages.length, words: all.length });
  expect(counted.most.task).toBe(all.filter((word) => word.toLowerCase() === 'task').length);
  expect(test.sent(count)).toHaveLength(Math.ceil(pages.length / 4)); // a message for each four files
});

it('counts each word once, though workers die and messages come twice', async () => {
  using _test = createTestApp(app, {
    faults: { crash: { after: 'arrive', times: 2 }, duplicate: { probability: 0.5 }, reorder: { probability: 0.5 } },
  });
  const [quiet, disturbed] = await Promise.all([wordCount(DOCS).delay(), wordsOf.delay(DOCS)]);
  expect(await disturbed.get()).toEqual(await quiet.get());
});

it('keeps words that are names of properties apart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'words-'));
  writeFileSync(join(folder, 'a.txt'), 'constructor __proto__ To to');
  using _test = createTestApp(app);
  expect(await (await wordCount(folder).delay()).get()).toMatchObject({ most: { constructor: 1, proto: 1, to: 2 } });
  rmSync(folder, { recursive: true });
});

it('counts an empty folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'words-'));
  using _test = createTestApp(app);
  expect(await (await wordsOf.delay(folder)).get()).toEqual({ folder, files: 0, words: 0, most: {} });
  rmSync(folder, { recursive: true });
});
