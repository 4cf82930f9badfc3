import { chain, chord, group, InvalidOptionError, type Signature } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { MAX_ID_LENGTH } from '../../src/base/ids.ts';
import { ancestorIds, MAX_PATH_LENGTH, memberId, pathId } from '../../src/base/path-ids.ts';
import { appWorld } from '../support/app-world.ts';

function setUp() {
  const world = appWorld();
  const one = world.app.task('one', {}, () => 1);
  const sum = world.app.task('sum', {}, (numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
  const first = world.app.task('first', {}, (list: unknown[]) => list[0] as never);
  return { world, one, sum, first };
}

describe('an id of a path', () => {
  it('leaves room for the members of a group, whatever it is made of', () => {
    let id = `${'root'.repeat(12)}.7`;
    for (let depth = 0; depth < 200; depth++) {
      id = pathId(id, depth % 12);
      expect(id.length).toBeLessThanOrEqual(MAX_PATH_LENGTH);
      expect(memberId(id, 999_999_999).length).toBeLessThanOrEqual(MAX_ID_LENGTH);
      expect(ancestorIds(id)).toContain('root'.repeat(12));
    }
  });

  it('differs for different places, also where it is hashed', () => {
    const long = 'x'.repeat(MAX_PATH_LENGTH);
    const ids = Array.from({ length: 1_000 }, (_, place) => pathId(long, place));
    expect(new Set(ids).size).toBe(1_000);
  });
});

describe('a canvas with a long id of its own', () => {
  const longest = 'x'.repeat(MAX_PATH_LENGTH);

  it.each([
    ['without a dot', longest],
    ['with a dot', `root.${longest.slice(5)}`],
  ])('runs as any other, %s', async (_, taskId) => {
    const { world, one, sum } = setUp();
    const values = await world.run(async () => {
      const body = await chord(
        Array.from({ length: 120 }, () => one.s()),
        sum.s(),
      ).applyAsync([], { taskId });
      const total = await body.get({ timeout: '1h' });
      const other = `y${taskId.slice(1)}`;
      const list = await (await group([one.s(), one.s()]).applyAsync([], { taskId: other })).get({ timeout: '1h' });
      return [total, list];
    });
    expect(values).toEqual([120, [1, 1]]);
  });

  it('is refused where its parts would not fit', async () => {
    const { world, one, sum } = setUp();
    const sent = chord([one.s()], sum.s()).applyAsync([], { taskId: `${longest}x` });
    await expect(world.run(() => sent.catch((error: unknown) => error))).resolves.toBeInstanceOf(InvalidOptionError);
    await world.run(async () => {
      const alone = await one.applyAsync([], { taskId: 'z'.repeat(MAX_ID_LENGTH) });
      expect(await alone.get({ timeout: '1h' })).toBe(1);
    });
  });
});

it('runs a canvas whose inner ids are all hashed', async () => {
  const { world, one, first } = setUp();
  let canvas: Signature<unknown[], unknown> = one.si();
  for (let depth = 0; depth < 20; depth++) canvas = chain(group([canvas, one.si()]), first.s() as never) as never;
  const value = await world.run(async () =>
    (await canvas.applyAsync([], { taskId: `a.${'b'.repeat(150)}` })).get({ timeout: '10h' }),
  );
  expect(value).toBe(1);
});
