import { ChordError } from 'celeriac';
import { createTestApp } from 'celeriac/testing';
import { expect, it } from 'vitest';
import { app, encode, publish, resize, start, thumbnails } from './app.ts';

it('publishes all sizes of a picture at once, in their order', async () => {
  using _test = createTestApp(app);
  const gallery = await thumbnails('cat.png').delay();
  expect(await gallery.get()).toEqual({ name: 'cat.png', sizes: [32, 16, 8], bytes: expect.any(Number) });
});

it('decodes once, and resizes what was decoded', async () => {
  using test = createTestApp(app);
  await thumbnails('cat.png').delay();
  await test.drain();
  expect(test.sent(resize).map(({ args: [, width] }) => width)).toEqual([32, 16, 8]);
  expect(test.sent('images.decode')).toHaveLength(1);
});

it('shrinks a slope to a slope', async () => {
  const small = await resize({ width: 4, pixels: [0, 2, 8, 10, 0, 2, 8, 10, 4, 6, 0, 0, 4, 6, 0, 0] }, 2);
  expect(small).toEqual({ width: 2, pixels: [1, 9, 5, 0] });
  expect(await encode(small)).toEqual({ width: 2, pgm: 'P2 2 2 255\n1 9 5 0\n' });
});

it('shows how far it is', async () => {
  using test = createTestApp(app, { faults: { slow: { task: 'images.encode', by: '1h', times: 1 } } });
  const gallery = await thumbnails('cat.png').delay();
  await test.drain();
  const sizes = app.groupResult(gallery.parent?.id ?? '');
  expect([await sizes.completedCount(), await gallery.ready()]).toEqual([2, false]);
});

it('publishes nothing when a size does not work, and names it', async () => {
  using test = createTestApp(app);
  const gallery = await thumbnails('cat.png', [32, 5, 8]).delay();
  const error = await gallery.get().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ChordError);
  expect(error).toMatchObject({ failures: [{ index: 1, error: expect.stringContaining('cannot become 5') }] });
  expect(test.sent(encode)).toHaveLength(2); // the other members ran to their end
  expect(test.events()).not.toContainEqual(expect.objectContaining({ kind: 'succeeded', task: publish.name }));
});

it('runs once, whatever is delivered twice', async () => {
  using test = createTestApp(app, { faults: { duplicate: { probability: 0.5 }, reorder: { probability: 0.5 } } });
  const id = await (await start.delay('cat.png')).get();
  expect(await app.asyncResult(id).get()).toMatchObject({ sizes: [32, 16, 8] });
  await test.finish();
  expect(test.sent(publish)).toHaveLength(1);
});
