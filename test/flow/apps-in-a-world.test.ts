import type { AsyncResult, RemoteError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { seededChoices } from '../../src/memory/choices.ts';
import { appWorld } from '../support/app-world.ts';

describe('an app', () => {
  it('sends a task, runs it and gives its result', async () => {
    const { app, run } = appWorld();
    const add = app.task('add', {}, (a: number, b: number) => a + b);
    expect(await run(async () => (await add.delay(1, 2)).get())).toBe(3);
    expect(await run(async () => (await add.s(2).applyAsync([1], { countdown: '1h' })).get())).toBe(3);
  });

  it('gives the error of a task that failed for good', async () => {
    const { app, run, world } = appWorld();
    const charge = app.task(
      'charge',
      { autoretryFor: [RangeError], retryBackoff: true, maxRetries: 2 },
      (n: number) => {
        throw new RangeError(`no ${n}`);
      },
    );
    const startMs = world.nowMs;
    const handle = await run(() => charge.delay(5));
    await expect(run(() => handle.get())).rejects.toMatchObject({ name: 'RangeError', message: 'no 5' } as RemoteError);
    expect(await run(() => handle.read())).toMatchObject({ state: 'FAILURE', retries: 2 });
    expect(world.nowMs - startMs).toBeGreaterThanOrEqual(0);
  });

  it('184: drops a second task of an id that the caller chose', async () => {
    const { app, run } = appWorld();
    let runs = 0;
    const count = app.task('count', {}, () => ++runs);
    const handles = await run(async () => [
      await count.applyAsync([], { taskId: 'mine' }),
      await count.applyAsync([], { taskId: 'mine', countdown: 10 }),
    ]);
    const results = await run(() => Promise.all(handles.map((handle: AsyncResult<number>) => handle.get())));
    expect([runs, results]).toEqual([1, [1, 1]]);
  });

  it('revokes a task that waits', async () => {
    const { app, run } = appWorld();
    const later = app.task('later', {}, () => 1);
    const handle = await run(async () => {
      const sent = await later.applyAsync([], { countdown: 60 });
      await sent.revoke();
      return sent;
    });
    expect(await run(() => handle.state())).toBe('REVOKED');
  });

  it('finds the failure of a send that its task did not await', async () => {
    const { app, run } = appWorld();
    const careless = app.task('careless', {}, () => {
      void app.sendTask('elsewhere', [new Date()] as never);
      return 'done';
    });
    const handle = await run(() => careless.delay());
    expect(await run(() => handle.error())).toMatchObject({ code: 'NOT_JSON' });
  });
});

describe('children', () => {
  it('are at most the same three in every delivery of their parent, under 300 seeds of faults', async () => {
    let repeated = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { app, store, run } = appWorld(
        {},
        { choices: seededChoices(seed, { next: 0.1, fault: 0.1, maxFaults: 4 }) },
      );
      const began: string[] = [];
      const child = app.task('child', { bind: true }, ({ request }, n: number) => {
        began.push(`${request.id} ${n} of ${request.parent}, ${request.root}`);
        return n;
      });
      const parent = app.task('parent', {}, async () => {
        await Promise.all([2, 1, 2].map((n) => child.delay(n)));
      });
      await run(() => parent.applyAsync([], { taskId: 'parent' }));
      const distinct = [...new Set(began)];
      repeated += began.length - distinct.length;
      expect({ seed, distinct: distinct.length }).toEqual({ seed, distinct: new Set(distinct.map(idOf)).size });
      expect(distinct.length).toBeLessThanOrEqual(3);
      const lost = [...store.items.values()].filter(({ reason }) => reason === 'worker-lost'); // died three times
      const succeeded = [...store.items.values()].filter(({ state }) => state === 'SUCCESS');
      expect({ seed, ended: lost.length + succeeded.length }).toEqual({ seed, ended: store.items.size });
      if (store.items.get('parent')?.state === 'SUCCESS')
        expect({ seed, tasks: store.items.size }).toEqual({ seed, tasks: 4 });
    }
    expect(repeated).toBeGreaterThan(0);
  });
});

function idOf(line: string): string {
  return line.slice(0, line.indexOf(' '));
}
