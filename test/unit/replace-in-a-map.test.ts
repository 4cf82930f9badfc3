import { createApp } from 'celeriac';
import { createTestApp } from 'celeriac/testing';
import { expect, it } from 'vitest';

const app = createApp('mapping');
const increase = app.task('increase', {}, async (n: number) => n + 1);
const perhaps = app.task('perhaps', { bind: true }, async (self, n: number): Promise<number> => {
  return n > 1 ? self.replace(increase.s(n)) : n;
});

it.each([
  ['map', perhaps.map([1, 2, 3])],
  ['starmap', perhaps.starmap([[1], [2], [3]])],
])('refuses to replace one item of a %s: that would replace them all', async (kind, mapped) => {
  using test = createTestApp(app);
  const handle = await mapped.delay();
  await expect(handle.get()).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringContaining(`inside a ${kind}`),
  });
  test.expectNotSent(increase);
});

it('lets the items of a map be, where none wants to be replaced', async () => {
  using _test = createTestApp(app);
  expect(await (await perhaps.map([0, 1]).delay()).get()).toEqual([0, 1]);
});
