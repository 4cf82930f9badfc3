import { chain } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/message/codec.ts';
import { appWorld } from '../support/app-world.ts';

const TWO_DAYS = 2 * 86_400;

describe('a dead letter that was doubled', () => {
  it('runs nothing again when its second copy is moved back days after the first', async () => {
    const { app, run, pass, dead, redrive, put, store } = appWorld();
    const runs: string[] = [];
    let broken = true;
    const first = app.task('first', {}, () => {
      runs.push('first');
      if (broken) throw new Error('broken');
      return 1;
    });
    const second = app.task('second', {}, (x: number) => {
      runs.push('second');
      return x + 1;
    });
    const { id } = await run(() => chain(first.s(), second.s()).applyAsync());
    const [letter] = dead();
    broken = false;
    redrive();
    await run(() => pass(TWO_DAYS));
    put(encode(letter?.message as never));
    await run(async () => {});
    expect(runs).toEqual(['first', 'first', 'second']);
    expect(store.items.get(id)).toMatchObject({ state: 'SUCCESS', value: 2, round: 1 });
  });
});
