import { chain, chord, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { appWorld } from '../support/app-world.ts';

const DAY = 86_400;

/** A member that takes eighteen days. */
function slowMember() {
  const world = appWorld();
  const one = world.app.task('one', {}, (n: number) => n + 1);
  const sum = world.app.task('sum', {}, (list: number[]) => list.reduce((all, n) => all + n, 0));
  const slow = chain(one.s(1).set({ countdown: '9d' }), one.s().set({ countdown: '9d' }));
  return { ...world, one, sum, slow };
}

describe('a workflow', () => {
  it('is resumed by a dead letter of eleven days that failed five days after the others had succeeded', async () => {
    const { app, run, pass, redrive, dead } = appWorld();
    let broken = true;
    const one = app.task('one', {}, () => 1);
    const late = app.task('late', {}, () => {
      if (broken) throw new Error('broken');
      return 2;
    });
    const sum = app.task('sum', {}, (list: number[]) => list.reduce((all, n) => all + n, 0));
    const canvas = chord([one.s(), late.s().set({ countdown: '5d' })], sum.s());
    const handle = await run(() => canvas.applyAsync());
    expect(dead()).toHaveLength(1);
    await run(() => pass(11 * DAY));
    broken = false;
    redrive();
    await run(() => pass(60));
    expect(await run(() => handle.result())).toBe(3);
  });

  it('is resumed two weeks after a failure two weeks after it was sent, where the rest of a chain is stored', async () => {
    const { app, run, pass, redrive } = appWorld();
    let broken = true;
    const late = app.task('late', {}, () => {
      if (broken) throw new Error('broken');
      return 2;
    });
    const join = app.task('join', {}, (n: number, text: string) => n + text.length);
    const list = app.task('list', {}, (all: number[]) => all);
    const member = chain(late.s().set({ countdown: '13d' }), join.s('x'.repeat(20_000)));
    const handle = await run(() => chain(group([member, join.si(1, '')]), list.s()).applyAsync());
    await run(() => pass(14 * DAY));
    broken = false;
    redrive();
    await run(() => pass(60));
    expect(await run(() => handle.result())).toEqual([20_002, 1]);
  });

  it.each([
    ['of a few', 1],
    ['of more than a leaf', 100],
  ])(
    'remembers for a month who has arrived: a member may take eighteen days longer than others, %s',
    async (_of, others) => {
      const { run, one, sum, slow } = slowMember();
      const early = Array.from({ length: others }, () => one.s(0));
      const handle = await run(() => chord([...early, slow], sum.s()).applyAsync());
      expect(await run(() => handle.result())).toBe(others + 3);
    },
  );

  it('remembers it also where the group was a stream, and was closed after the first had arrived', async () => {
    const { run, one, sum, slow, pass } = slowMember();
    async function* members() {
      yield one.s(0);
      await pass(60);
      yield slow;
      await pass(60);
    }
    const handle = await run(() => chord(members(), sum.s()).applyAsync());
    expect(await run(() => handle.result())).toBe(4);
  });

  it('keeps for a month how what will not run has ended', async () => {
    const { app, run, pass } = appWorld();
    const bad = app.task('bad', {}, () => {
      throw new Error('broken');
    });
    const next = app.task('next', {}, (n: number) => n);
    const handle = await run(() => chain(bad.s(), next.s()).applyAsync());
    await run(() => pass(29 * DAY));
    expect(await run(() => handle.state())).toBe('FAILURE');
  });
});
