import { chord } from 'celeriac';
import { createTestApp } from 'celeriac/testing';
import { expect, it } from 'vitest';
import { addUp, app, priceOf } from './app.ts';

const costOf = (items: string[]) =>
  chord(
    items.map((item) => priceOf.s(item)),
    addUp.s(),
  );

it('adds up what an order costs', async () => {
  using test = createTestApp(app);
  const cost = await costOf(['tea', 'cup']).applyAsync();
  expect(await cost.get()).toBe(12);
  test.expectSent(priceOf, ['tea']);
  expect(test.expectSent(addUp)).toHaveLength(1);
});

it('adds up after all, once the failed price is redriven', async () => {
  const fail = {
    'shop.priceOf': { attempts: 1, error: new Error('no price'), when: (item: string) => item === 'cup' },
  };
  using test = createTestApp(app, { faults: { fail } });
  const cost = await costOf(['tea', 'cup']).applyAsync();
  await test.drain();
  expect(await cost.error()).toMatchObject({ name: 'ChordError' });
  test.redrive();
  await test.drain();
  expect(await cost.get()).toBe(12);
});

it.each([1, 2, 3, 4, 5])('adds up once, whoever dies: seed %i', async (seed) => {
  const often = { probability: 0.1, atMost: 2 };
  const crash = [
    { before: 'arrive', ...often },
    { after: 'arrive', ...often },
  ] as const;
  using test = createTestApp(app, { seed, faults: { crash, duplicate: often, reorder: often } });
  const cost = await costOf(Array.from({ length: 20 }, () => 'tea')).applyAsync();
  expect(await cost.get()).toBe(100);
  expect(test.expectSent(addUp)).toHaveLength(1);
});
