import { chain, chord, type TaskFailure } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { type AppWorld, appWorld } from '../support/app-world.ts';

/** A list in a list in a list … */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function levelsOf(value: unknown): number {
  return Array.isArray(value) ? 1 + levelsOf(value[0]) : 0;
}

const sentTo = ({ store }: AppWorld<'default'>) => store.queue('default').messages.length;

describe('what is nested', () => {
  it('may be 180 levels deep where it is returned, and reaches the next step and a body', async () => {
    const { app, run, dead } = appWorld();
    const got: number[] = [];
    const deep = app.task('deep', {}, () => nested(180) as number);
    const measure = app.task('measure', {}, (value: unknown) => {
      got.push(levelsOf(value));
      return value as number;
    });
    await run(() => chord([chain(deep.s(), measure.s()), deep.s()], measure.s()).applyAsync());
    expect(got).toEqual([180, 181]);
    // its own result is too deep by one: whoever nests once more is told
    expect(dead()).toMatchObject([{ message: { task: 'measure' }, attributes: { errorCode: 'NOT_JSON' } }]);
  });

  it('fails the task that returns a level more', async () => {
    const { app, run, dead } = appWorld();
    const deep = app.task('deep', {}, () => nested(181) as number);
    const next = app.task('next', {}, (value: number) => value);
    const handle = await run(() => chain(deep.s(), next.s()).applyAsync());
    expect(await run(() => handle.error())).toMatchObject({ code: 'NOT_JSON' });
    expect(dead()).toHaveLength(1);
  });

  it('is refused at the call beyond 179 levels in one argument: the list of arguments is a level too', async () => {
    const world = appWorld();
    const take = world.app.task('take', {}, (value: unknown) => levelsOf(value));
    const handle = await world.run(() => take.delay(nested(179)));
    expect(await world.run(() => handle.get())).toBe(179);
    await expect(world.run(() => take.delay(nested(180)))).rejects.toMatchObject({ code: 'NOT_JSON' });
    expect(sentTo(world)).toBe(0);
  });

  it('is read 199 levels deep in an argument from elsewhere, and left out of what an errback is given', async () => {
    const { app, run, put } = appWorld();
    const failures: TaskFailure[] = [];
    app.task('bad', {}, (value: unknown) => {
      throw new Error(`${levelsOf(value)} levels`);
    });
    app.task('tell', {}, (failure: TaskFailure) => {
      failures.push(failure);
    });
    const errbacks = [{ kind: 'task', task: 'tell', args: [] }];
    put({ id: 'x', task: 'bad', args: [nested(199)], next: { errbacks } });
    put({ id: 'y', task: 'bad', args: [nested(20)], next: { errbacks } });
    await run(async () => {});
    expect(failures).toMatchObject([
      { id: 'x', args: [], error: { message: '199 levels' } },
      { id: 'y', args: [nested(20)] },
    ]);
  });
});

describe('links and errbacks of one node', () => {
  it('have 16,000 characters together, or are refused at the call with nothing sent', async () => {
    const world = appWorld();
    const add = world.app.task('add', {}, (list: number[]) => list.length);
    const tell = world.app.task('tell', {}, (_of: unknown, _text: string) => {});
    const canvas = (length: number) => chord([add.s([])], add.s().linkError(tell.s('x'.repeat(length))));
    await expect(world.run(() => canvas(16_000).delay())).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('16000 are allowed'),
    });
    await expect(
      canvas(1)
        .link(tell.s('x'.repeat(16_000)))
        .delay(),
    ).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect([sentTo(world), world.store.barriers.readHead('x', 0)]).toEqual([0, undefined]);
    await world.run(() => canvas(15_000).delay());
  });
});

describe('a canvas with a member that is too large', () => {
  it('is not half sent', async () => {
    const world = appWorld();
    const member = world.app.task('member', {}, (text: string) => text.length);
    const sum = world.app.task('sum', {}, (list: number[]) => list.length);
    const members = [...Array.from({ length: 20 }, () => member.s('small')), member.s('x'.repeat(900_000))];
    await expect(world.run(() => chord(members, sum.s()).applyAsync())).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('the arguments of "member" have 900004 bytes'),
    });
    expect([sentTo(world), world.store.items.size]).toEqual([0, 0]);
  });

  it('may be larger where it is all that is sent: that is one message', async () => {
    const world = appWorld();
    const task = world.app.task('task', {}, (text: string) => text.length);
    const handle = await world.run(() => task.delay('x'.repeat(1_030_000)));
    expect(await world.run(() => handle.get())).toBe(1_030_000);
    await expect(world.run(() => task.delay('x'.repeat(1_040_384)))).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(sentTo(world)).toBe(0);
  });

  it('counts what SQS takes in escapes', async () => {
    const { app, run, store } = appWorld();
    const member = app.task('member', {}, (text: string) => text.length);
    const canvas = chord(
      [member.s('small'), member.s('😀'.repeat(80_000))],
      app.task('sum', {}, (_: number[]) => 1).s(),
    );
    await expect(run(() => canvas.applyAsync())).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(store.items.size).toBe(0);
  });
});

describe('an id of one’s own', () => {
  it.each(['order.1', 'order.l0', 'order.r2', 'order.r2-1', 'order.e0-1', `order.x${'0a'.repeat(20)}`])(
    'may not end like a part of a canvas: %s',
    async (taskId) => {
      const { app, run } = appWorld();
      const task = app.task('task', {}, () => 1);
      await expect(run(() => task.applyAsync([], { taskId }))).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(/must not end in a dot and a number, got "order\..*; write order-/),
      });
    },
  );

  it.each(['order-1', 'a.b', 'v1.2x', '2026.05.may'])('may be any other: %s', async (taskId) => {
    const { app, run } = appWorld();
    const task = app.task('task', {}, () => 1);
    const handle = await run(() => task.applyAsync([], { taskId }));
    expect(await run(() => handle.get())).toBe(1);
  });

  it('may end so in a message from elsewhere', async () => {
    const { app, run, put, store } = appWorld();
    app.task('task', {}, () => 1);
    put({ id: 'order.1', task: 'task' });
    await run(async () => {});
    expect(store.items.get('order.1')).toMatchObject({ state: 'SUCCESS' });
  });
});
