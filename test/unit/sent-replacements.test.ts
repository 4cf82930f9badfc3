import { chain, chord, createApp } from 'celeriac';
import { createTestApp, type TestOptions } from 'celeriac/testing';
import { expect, it } from 'vitest';

const app = createApp('replacing');
const increase = app.task('increase', {}, async (n: number) => n + 1);
const sum = app.task('sum', {}, async (list: number[]) => list.reduce((all, one) => all + one, 0));
const down = app.task('down', { bind: true }, async (self, n: number): Promise<number> => {
  return n > 0 ? self.replace(down.s(n - 1)) : 0;
});
const byChain = app.task('byChain', { bind: true }, (self, n: number) =>
  self.replace(chain(increase.s(n), increase.s())),
);
const byChord = app.task('byChord', { bind: true }, (self, n: number) => self.replace(chord([increase.s(n)], sum.s())));
const again = app.task('again', { bind: true }, async (self, n: number): Promise<number> => {
  return n > 0 ? self.retry({ args: [n - 1], countdown: 1 }) : n;
});

const disturbed: TestOptions = {
  faults: { crash: { after: 'send', times: 2 }, duplicate: { times: 3 }, reorder: { probability: 0.5 } },
};

it.each([
  ['undisturbed', {}],
  ['disturbed', disturbed],
])('counts what replaces a task, its end under the same id too, %s', async (_how, options) => {
  using test = createTestApp(app, options);
  await Promise.all([byChain.delay(1), byChord.delay(5)]);
  await test.finish();
  expect(test.sent(sum)).toHaveLength(1);
  expect(
    test
      .sent(increase)
      .map(({ args: [n] }) => n)
      .sort(),
  ).toEqual([1, 2, 5]);
  expect([test.sent(byChain).length, test.sent(byChord).length]).toEqual([1, 1]);
});

it('counts each replacement of a task by itself', async () => {
  using test = createTestApp(app);
  await down.delay(3);
  await test.finish();
  expect(test.sent(down).map(({ args: [n] }) => n)).toEqual([3, 2, 1, 0]);
});

it('does not count a retry with other arguments', async () => {
  using test = createTestApp(app);
  expect(await (await again.delay(2)).get()).toBe(0);
  expect(test.sent(again)).toMatchObject([{ args: [2] }]);
});

it('does not count what a redrive sends anew', async () => {
  const fail = { sum: { attempts: 1, error: new Error('boom') } };
  using test = createTestApp(app, { faults: { fail } });
  const handle = await byChord.delay(1);
  await test.finish();
  test.redrive();
  await test.finish();
  expect([await handle.result(), test.sent(sum).length]).toEqual([2, 1]);
});
