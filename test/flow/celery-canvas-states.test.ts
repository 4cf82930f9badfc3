import { type AnySignature, type AsyncResult, chain, chord, type GroupResult, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { EXPIRY } from '../support/celery-rows-states.ts';
import type { CeleryTasks } from '../support/celery-tasks.ts';
import { apply, celeryRows, celeryWorld, membersOf, nodesOf } from '../support/celery-world.ts';

celeryRows('expiry', EXPIRY);

type T = CeleryTasks;

describe('revoking a workflow', () => {
  /** Sends, lets seconds pass, revokes a handle, waits for the rest; the states of all nodes by their path. */
  async function revoked(make: (t: T) => AnySignature, which: (handle: AsyncResult<unknown>) => AsyncResult<unknown>) {
    const { t, run, pass, log } = celeryWorld();
    const handle = await run(async () => {
      const sent = await apply(make(t));
      await pass(5);
      await which(sent).revoke();
      return sent;
    });
    const states = await run(() =>
      Promise.all(nodesOf(handle).map(async (node) => [node.id.slice(handle.id.length), await node.state()] as const)),
    );
    return { states: Object.fromEntries(states), log };
  }

  it('revokes what has not begun; differs: in Celery the earlier steps run on', async () => {
    const make = (t: T) => chain(t.slow.s(1, 10), t.rec.s('never'), t.rec.s('never'));
    const { states, log } = await revoked(make, (handle) => handle);
    expect([states, log]).toEqual([{ '.0': 'SUCCESS', '.1': 'REVOKED', '': 'REVOKED' }, []]);
  });

  it('of one step revokes that one and what follows', async () => {
    const make = (t: T) => chain(t.slow.s(1, 10), t.rec.s('never'), t.rec.s('never'));
    const { states, log } = await revoked(make, (handle) => handle.parent!);
    expect([states, log]).toEqual([{ '.0': 'SUCCESS', '.1': 'REVOKED', '': 'REVOKED' }, []]);
  });

  it('of a member fails its chord', async () => {
    const make = (t: T) => chord([t.id.s(1), t.rec.s(2, 'never').set({ countdown: 60 })], t.rec.s('never'));
    const { states, log } = await revoked(make, (handle) => membersOf(handle.parent!)![1]!);
    expect(states).toEqual({ '.0': 'FAILURE', '.0.0': 'SUCCESS', '.0.1': 'REVOKED', '': 'FAILURE' });
    expect(log).toEqual([]);
  });

  it('of a group revokes every member', async () => {
    const make = (t: T) => group([1, 2].map((n) => t.rec.s(n, 'never').set({ countdown: 60 })));
    const { states, log } = await revoked(make, (handle) => handle);
    expect([states, log]).toEqual([{ '': 'FAILURE', '.0': 'REVOKED', '.1': 'REVOKED' }, []]);
  });

  it('178: leaves what has ended', async () => {
    const { t, run, pass } = celeryWorld();
    const states = await run(async () => {
      const [good, bad] = await Promise.all([chain(t.id.s(1), t.id.s()).delay(), chain(t.fail.si(), t.id.s()).delay()]);
      await pass(60);
      await Promise.all([good.revoke(), bad.revoke()]);
      await pass(60);
      return Promise.all([good.state(), bad.state(), bad.parent?.state()]);
    });
    expect(states).toEqual(['SUCCESS', 'FAILURE', 'FAILURE']);
  });

  it('takes along what replaced a task', async () => {
    const { app, t, run, pass, log } = celeryWorld();
    const host = app.task('host', { bind: true }, (self) => self.replace(chain(t.slow.s(1, 10), t.rec.s('never'))));
    const state = await run(async () => {
      const handle = await chain(host.s(), t.rec.s('never')).delay();
      await pass(5);
      await handle.revoke();
      await pass(60);
      return handle.state();
    });
    expect([state, log]).toEqual(['REVOKED', []]);
  });
});

describe('the handle of a workflow', () => {
  it('170: of an id that nobody knows is PENDING, also of a part of one', async () => {
    const { app, run } = celeryWorld();
    const states = await run(() =>
      Promise.all(['nobody', 'nobody.0', 'nobody.0.1'].map((id) => app.asyncResult(id).state())),
    );
    expect(states).toEqual(['PENDING', 'PENDING', 'PENDING']);
    expect(await run(() => app.groupResult('nobody').ready())).toBe(false);
  });

  it('171: a step shows its progress, what follows is PENDING', async () => {
    const { app, t, run, pass } = celeryWorld();
    const busy = app.task('busy', { bind: true }, async (self, x: number) => {
      await self.updateState('PROGRESS', { p: 1 });
      await t.slow(x, 0);
      return x;
    });
    const states = await run(async () => {
      const handle = await chain(busy.s(1), t.slow.s(10), t.id.s()).delay();
      await pass(5);
      return [await handle.parent?.parent?.state(), await handle.parent?.state(), await handle.state()];
    });
    expect(states).toEqual(['SUCCESS', 'PENDING', 'PENDING']);
  });

  it('counts the members that have succeeded while others run', async () => {
    const { t, run, pass } = celeryWorld();
    const seen = await run(async () => {
      const handle = (await group([t.id.s(1), t.slow.s(2, 20), t.fail.si()]).delay()) as GroupResult<unknown[]>;
      await pass(5);
      const now = [await handle.completedCount(), await handle.ready(), await handle.waiting(), await handle.failed()];
      await pass(60);
      return [...now, await handle.completedCount(), await handle.ready()];
    });
    expect(seen).toEqual([1, false, true, true, 2, true]);
  });

  it('gives the members as they come in', async () => {
    const { t, run } = celeryWorld();
    const came: unknown[] = [];
    await run(async () => {
      const handle = await group([t.slow.s('c', 9), t.slow.s('b', 5), t.id.s('a')])
        .set({ queue: 'other' })
        .delay();
      for await (const value of handle) came.push(value);
    });
    expect([...came].sort()).toEqual(['a', 'b', 'c']);
  });

  it('181: a timeout of the waiting leaves the workflow alone', async () => {
    const { t, run } = celeryWorld();
    await run(async () => {
      const handle = await chord([t.slow.s(1, 5), t.slow.s(2, 5)], t.tsum.s()).delay();
      await expect(handle.get({ timeout: 0.2 })).rejects.toMatchObject({ code: 'TIMEOUT' });
      expect(await handle.get()).toBe(3);
    });
  });

  it('182: forgets its own result, not those of the steps before', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chain(t.id.s(1), t.id.s()));
    await run(() => handle.forget());
    expect(await run(async () => [await handle.state(), await handle.parent?.state()])).toEqual(['PENDING', 'SUCCESS']);
  });
});
