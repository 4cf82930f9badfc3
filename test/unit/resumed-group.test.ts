import { chain, group } from 'celeriac';
import { expect, it } from 'vitest';
import { appWorld } from '../support/app-world.ts';

it('reads a group whose step was marked, and that ran after all, as what it came to', async () => {
  const { app, run, redrive } = appWorld();
  let broken = true;
  const first = app.task('first', {}, () => {
    if (broken) throw new Error('broken');
    return 1;
  });
  const add = app.task('add', {}, (x: number, y: number) => x + y);
  const sum = app.task('sum', {}, (xs: number[]) => xs.reduce((a, b) => a + b, 0));
  const handle = await run(() => chain(first.s(), group([add.s(1), add.s(2)]), sum.s()).applyAsync());
  const groupId = handle.parent?.id as string;
  const states = () =>
    run(async () => ({
      whole: await handle.state(),
      group: await app.groupResult(groupId).state(),
      byId: await app.asyncResult(groupId).state(),
      member: await app.asyncResult(`${groupId}.0`).state(),
    }));
  expect(await states()).toEqual({ whole: 'FAILURE', group: 'FAILURE', byId: 'FAILURE', member: 'FAILURE' });

  broken = false;
  redrive();
  await run(async () => {});

  expect(await states()).toEqual({ whole: 'SUCCESS', group: 'SUCCESS', byId: 'SUCCESS', member: 'SUCCESS' });
  expect(await run(() => app.groupResult<number[]>(groupId).get())).toEqual([2, 3]);
});
