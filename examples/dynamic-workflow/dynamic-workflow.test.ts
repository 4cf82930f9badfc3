import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestApp } from 'celeriac/testing';
import { afterAll, expect, it } from 'vitest';
import { addUp, app, sizeOf } from './app.ts';

const root = mkdtempSync(join(tmpdir(), 'disk-'));
mkdirSync(join(root, 'a/b/empty'), { recursive: true });
for (const name of ['1', 'a/22', 'a/b/333', 'a/b/4444']) writeFileSync(join(root, name), name.replace(/.*\//, ''));
afterAll(() => rmSync(root, { recursive: true }));

it('adds up a tree of folders', async () => {
  using test = createTestApp(app);
  const size = await sizeOf.delay(root);
  expect(await size.get()).toEqual({ path: root, bytes: 10, files: 4 });
  expect(test.sent(addUp)).toHaveLength(3); // one for each folder that has entries
});

it('is not replaced where there is nothing to replace it by', async () => {
  using test = createTestApp(app);
  expect(await (await sizeOf.delay(join(root, 'a/22'))).get()).toMatchObject({ bytes: 2 });
  test.expectNotSent(addUp);
});

it('adds up right, whatever happens', async () => {
  const often = { probability: 0.1 };
  using test = createTestApp(app, {
    seed: 7,
    faults: {
      crash: [
        { after: 'store', ...often },
        { before: 'send', ...often },
      ],
      duplicate: often,
      reorder: often,
    },
  });
  const size = await sizeOf.delay(root);
  expect(await size.get()).toMatchObject({ bytes: 10, files: 4 });
  await test.finish();
});

it('fails as a whole where one entry cannot be read, and goes on once it can', async () => {
  const refused = { attempts: 1, error: new Error('EACCES'), when: (path: unknown) => path === join(root, 'a/b/4444') };
  using test = createTestApp(app, { faults: { fail: { 'disk.sizeOf': refused } } });
  const size = await sizeOf.delay(root);
  await expect(size.get()).rejects.toMatchObject({ code: 'CHORD' });
  await test.finish();
  expect(test.deadLetters()).toMatchObject([{ args: [join(root, 'a/b/4444')] }]);
  test.redrive();
  await test.finish();
  expect(await size.result()).toEqual({ path: root, bytes: 10, files: 4 });
});
