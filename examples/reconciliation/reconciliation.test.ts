import { ChordError } from 'celeriac';
import { createTestApp } from 'celeriac/testing';
import { beforeEach, expect, it } from 'vitest';
import { app, close, closeDay, closing, reconcile, tellAccounting } from './app.ts';
import { books } from './books.ts';

beforeEach(() => books.reset());

it('does not close a day that does not agree, and names the accounts', async () => {
  using test = createTestApp(app);
  const day = await closing('2026-05-01').delay();
  const error = await day.get().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ChordError);
  expect(error).toMatchObject({
    failures: [{ index: 2 }, { index: 6, error: 'Mismatch: A-7: we have 6750, the bank has 7000' }],
  });
  await test.drain();
  expect(test.sent(reconcile)).toHaveLength(12); // all accounts were compared
  expect(test.sent(tellAccounting)).toHaveLength(1);
  expect(
    test
      .deadLetters('accounts')
      .map(({ args: [account] }) => account)
      .sort(),
  ).toEqual(['A-3', 'A-7']);
});

it('closes it once the accounts are corrected and their dead letters redriven', async () => {
  using test = createTestApp(app);
  const day = await closing('2026-05-01').delay();
  await test.finish();
  expect(await day.state()).toBe('FAILURE');
  await books.book('A-3', 250);
  await books.book('A-7', 250);
  test.redrive('accounts');
  await test.finish();
  expect(await day.result()).toEqual({ day: '2026-05-01', accounts: 12, cents: 78_000 });
  const ran = test.events().filter((event) => event.kind === 'succeeded' && event.task === reconcile.name);
  expect(ran).toHaveLength(12); // the ten that had agreed did not run again
});

it('stays open while one account still differs', async () => {
  using test = createTestApp(app);
  const day = app.asyncResult(await (await close.delay('2026-05-01')).get());
  await test.finish();
  await books.book('A-3', 250);
  test.redrive();
  await test.finish();
  expect(await day.error()).toMatchObject({ code: 'CHORD', failures: [{ index: 6 }] });
  expect(test.deadLetters()).toMatchObject([{ args: ['A-7', '2026-05-01'], round: 1 }]);
  await books.book('A-7', 250);
  test.redrive();
  await test.finish();
  expect(await day.get()).toMatchObject({ accounts: 12 });
  expect(test.events().filter((event) => event.kind === 'succeeded' && event.task === closeDay.name)).toHaveLength(1);
});
