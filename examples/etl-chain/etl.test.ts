import { createTestApp } from 'celeriac/testing';
import { expect, it } from 'vitest';
import { app, etl, extract, load, ShopBusy, start, transform, warehouse } from './app.ts';

it('carries a day from the shop to the warehouse', async () => {
  using test = createTestApp(app);
  const loaded = await etl('2026-05-01').delay();
  expect(await loaded.get()).toEqual({ table: 'sales', day: '2026-05-01', rows: 3 });
  expect(warehouse.get('sales/2026-05-01')).toEqual({ DE: 5000, FR: 2500, IT: 800 });
  expect(test.logs()).toMatchObject([{ level: 'warn', message: 'lines left out', fields: { lines: 1 } }]);
});

it('hands each step the result of the one before, on its own queue', async () => {
  using test = createTestApp(app);
  await etl('2026-05-01').delay();
  await test.drain();
  test.expectSent(transform, [expect.arrayContaining([{ country: 'DE', cents: 1990 }])]);
  const [sent] = test.expectSent(load, [{ DE: 5000, FR: 2500, IT: 800 }, 'sales', '2026-05-01']);
  expect(sent?.queue).toBe('warehouse');
});

it('goes on when a step had to be retried, or its worker died', async () => {
  using _test = createTestApp(app, {
    faults: {
      fail: { 'etl.extract': { attempts: 2, error: new ShopBusy('503') } },
      crash: { after: 'store', times: 2 },
      duplicate: { times: 2 },
    },
  });
  const loaded = await etl('2026-05-01').delay();
  expect(await loaded.get()).toMatchObject({ rows: 3 });
});

it('keeps the steps behind a failed one from running, and says why', async () => {
  using test = createTestApp(app, {
    faults: { fail: { 'etl.transform': { attempts: 1, error: new TypeError('odd') } } },
  });
  const loaded = await etl('2026-05-01').delay();
  await expect(loaded.get()).rejects.toMatchObject({ name: 'TypeError', message: 'odd' });
  expect(await loaded.parent?.parent?.state()).toBe('SUCCESS');
  test.expectNotSent(load);
  expect(test.deadLetters()).toMatchObject([{ task: 'etl.transform', reason: 'permanent' }]);
});

it('refuses a day that is none before anything is sent', async () => {
  using test = createTestApp(app);
  await expect(etl('yesterday').delay()).rejects.toMatchObject({ code: 'INVALID_ARGUMENTS' });
  test.expectNotSent(extract);
});

it('can be sent by a task', async () => {
  using _test = createTestApp(app);
  const id = await (await start.delay('2026-05-01')).get();
  expect(await app.asyncResult(id).get()).toMatchObject({ rows: 3 });
});
