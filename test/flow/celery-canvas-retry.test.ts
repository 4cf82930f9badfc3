import { chain, chord } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { MORE_RETRY, RETRY } from '../support/celery-rows-retry.ts';
import { celeryRows, celeryWorld, membersOf } from '../support/celery-world.ts';

celeryRows('retries in workflows', RETRY);
celeryRows('retries in workflows beyond the sample', MORE_RETRY);

describe('a retry in a workflow', () => {
  it('162: the error of the member is behind the ChordError that names it', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chord([t.again.s(1, 9), t.id.s(2)], t.id.s()));
    const member = membersOf(handle.parent!)?.[0];
    expect(await run(async () => member?.read())).toMatchObject({ state: 'FAILURE', error: { name: 'E' }, retries: 3 });
  });

  it('164: keeps headers, expiry and place', async () => {
    const { app, t, send } = celeryWorld();
    const seen: unknown[] = [];
    const task = app.task('t', { bind: true }, ({ request, retry }, x: number): number => {
      seen.push([request.headers, request.expires?.getTime(), request.group, request.index, request.root]);
      if (request.retries === 0) retry({ countdown: 1 });
      return x;
    });
    const { id } = await send(chord([t.id.s(1), task.s(2)], t.id.s()), [], { headers: { h: '1' }, expires: 60 });
    const expiresAtMs = Date.UTC(2026, 0, 1) + 60_000;
    expect(seen).toEqual([0, 1].map(() => [{ h: '1' }, expiresAtMs, `${id}.0`, 1, id]));
  });

  it('sees all its arguments in its request, those that came by reference too', async () => {
    const { app, t, send } = celeryWorld();
    const seen: unknown[] = [];
    const task = app.task('t', { bind: true }, ({ request }, list: number[], tag: string): void => {
      seen.push(request.args, [list, tag]);
    });
    await send(chord([t.id.s(1), t.id.s(2)], task.s('tag')));
    expect(seen).toEqual([
      [[1, 2], 'tag'],
      [[1, 2], 'tag'],
    ]);
  });

  it('reads RETRY while it waits, and what follows PENDING', async () => {
    const { t, run, pass } = celeryWorld();
    const states = await run(async () => {
      const handle = await chain(t.late.s(1), t.id.s()).delay();
      await pass(2);
      const now = [await handle.parent?.state(), await handle.state()];
      await handle.get();
      return [...now, await handle.parent?.state()];
    });
    expect(states).toEqual(['RETRY', 'PENDING', 'SUCCESS']);
  });
});
