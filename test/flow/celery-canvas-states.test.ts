import { type AnySignature, type AsyncResult, chain, chord, type GroupResult, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { EXPIRY } from '../support/celery-rows-states.ts';
import type { CeleryTasks } from '../support/celery-tasks.ts';
import { apply, celeryRows, celeryWorld, membersOf, nodesOf } from '../support/celery-world.ts';

celeryRows('expiry', EXPIRY);

type T = CeleryTasks;
type Seen = Readonly<Record<'id' | 'headers' | 'queue' | 'expires', unknown>>;

/** When each task of a canvas began, in seconds, by its tag. */
async function beginnings(make: (at: (tag: string) => AnySignature) => AnySignature, options: object = {}) {
  const { app, run, seconds } = celeryWorld();
  const began: Record<string, number> = {};
  const task = app.task('at', {}, (...given: (string | null | (string | null)[])[]): string | null => {
    began[String(given.at(-1))] = seconds();
    return null;
  });
  await run(() =>
    apply(
      make((tag) => task.s(tag)),
      [],
      options,
    ),
  );
  return began;
}

describe('when a canvas begins', () => {
  it('186: a chain with a countdown delays its first step only', async () => {
    const all = (at: (tag: string) => AnySignature) => chain(at('a'), at('b') as never, at('c') as never); // each takes what comes
    expect(await beginnings(all, { countdown: 1 })).toEqual({ a: 1, b: 1, c: 1 });
    expect(await beginnings((at) => chain(all(at)).set({ countdown: 1 }))).toEqual({ a: 1, b: 1, c: 1 });
  });

  it('187: a step may have a countdown of its own', async () => {
    const began = await beginnings((at) => chain(at('a'), at('b').set({ countdown: 1 }) as never, at('c') as never));
    expect(began).toEqual({ a: 0, b: 1, c: 1 });
  });

  it('187: which wins over that of the canvas, for the first step too', async () => {
    const began = await beginnings((at) => chain(at('a').set({ countdown: 3 }), at('b') as never), { countdown: 1 });
    expect(began).toEqual({ a: 3, b: 3 });
  });

  it('188: differs: a countdown of a chord is that of its header', async () => {
    const began = await beginnings((at) => chord([at('a'), at('b')], at('body') as never), { countdown: 1 });
    expect(began).toEqual({ a: 1, b: 1, body: 1 });
  });

  it('188: of a group that of every member', async () => {
    const began = await beginnings((at) => group([at('a'), group([at('b')]), chain(at('c'), at('d') as never)]), {
      countdown: 1,
    });
    expect(began).toEqual({ a: 1, b: 1, c: 1, d: 1 });
  });

  it('188: of a group in the middle of a chain too', async () => {
    const began = await beginnings((at) =>
      chain(at('a'), group([at('b'), at('c')]).set({ countdown: 2 }) as never, at('d') as never),
    );
    expect(began).toEqual({ a: 0, b: 2, c: 2, d: 2 });
  });

  it('eta is a moment, for whatever the canvas begins with', async () => {
    const eta = new Date(Date.UTC(2026, 0, 1, 0, 20));
    const began = await beginnings((at) => chord([at('a'), at('b')], at('body') as never), { eta });
    expect(began).toEqual({ a: 1_200, b: 1_200, body: 1_200 });
  });
});

describe('options of a canvas', () => {
  const canvases: [string, (t: T) => AnySignature, number][] = [
    ['a chain', (t) => chain(t.who.s(), t.who.s(), chain(t.who.s(), t.who.s())), 4],
    ['a group', (t) => group([t.who.s(), group([t.who.s()]), chain(t.who.s(), t.who.s())]), 4],
    ['a chord', (t) => chord([t.who.s(), chord([t.who.s()], t.who.s())], chain(t.who.s(), t.who.s())), 5],
    ['a map', (t) => chain(t.who.map([1, 2]), t.who.s()), 3],
  ];

  it.each(canvases)('%s: reach every task; differs: in Celery only the first', async (_what, make, tasks) => {
    const { t, send, log } = celeryWorld();
    await send(make(t), [], { queue: 'other', headers: { tenant: 'acme' }, expires: 600 });
    expect(log).toHaveLength(tasks);
    for (const { queue, headers, expires } of log as Seen[]) {
      expect([queue, headers, typeof expires]).toEqual(['other', { tenant: 'acme' }, 'number']);
    }
  });

  it.each(canvases)('%s: by set as well, and the call wins over that', async (_what, make, tasks) => {
    const { t, send, log } = celeryWorld();
    await send(make(t).set({ queue: 'other', headers: { tenant: 'acme' } }), [], { queue: 'default' });
    expect(log).toHaveLength(tasks);
    for (const { queue, headers } of log as Seen[]) expect([queue, headers]).toEqual(['default', { tenant: 'acme' }]);
  });

  it('a node that says otherwise keeps its own, and gives it to those below', async () => {
    const { t, send, log } = celeryWorld();
    const inner = chain(t.who.s(), t.who.s().set({ queue: 'default' })).set({
      queue: 'other',
      headers: { of: 'inner' },
    });
    const { id } = await send(chain(t.who.s(), inner, t.who.s()), [], { headers: { of: 'outer' } });
    const seen = (log as Seen[]).map(({ id: own, queue, headers }) => [own, queue, headers]);
    expect(seen).toEqual([
      [`${id}.0`, 'default', { of: 'outer' }],
      [`${id}.1.0`, 'other', { of: 'inner' }],
      [`${id}.1`, 'default', { of: 'inner' }],
      [id, 'default', { of: 'outer' }],
    ]);
  });

  it('a group’s list is put together where its first member runs', async () => {
    const { t, send, events } = celeryWorld();
    const { id } = await send(chain(t.id.s(1), group([t.id.s(), t.id.s()]).set({ queue: 'other' })));
    expect(events(id).map((event) => 'queue' in event && event.queue)).toContain('other');
  });

  it('links and errbacks are canvases of their own: they inherit nothing', async () => {
    const { t, send, log } = celeryWorld();
    await send(t.id.s(1).link(t.who.s()), [], { queue: 'other', headers: { a: '1' } });
    expect(log).toMatchObject([{ queue: 'default', headers: {} }]);
  });

  it('what replaces a task has its own, not those of the task', async () => {
    const { app, t, send, log } = celeryWorld();
    const host = app.task('host', { bind: true }, (self) => self.replace(t.who.s()));
    await send(host.s(), [], { queue: 'other', headers: { a: '1' } });
    expect(log).toMatchObject([{ queue: 'default', headers: {} }]);
  });

  it('taskId is that of the whole; differs: Celery gives it to the last or to the body', async () => {
    const { t, send, run } = celeryWorld();
    for (const [taskId, canvas] of Object.entries({
      chain: chain(t.id.s(1), t.id.s()),
      chord: chord([t.id.s(1)], t.id.s()),
      group: group([t.id.s(1)]),
    })) {
      const handle = await send(canvas, [], { taskId });
      expect([handle.id, await run(() => handle.state())]).toEqual([taskId, 'SUCCESS']);
    }
  });

  it('184: a workflow that is sent twice under one id runs once', async () => {
    const { t, send, run, log } = celeryWorld();
    const canvas = chain(t.rec.s(1, 'a'), group([t.rec.s('b'), t.rec.s('c')]), t.rec.s('d'));
    for (const _time of [1, 2]) {
      const handle = await send(canvas, [], { taskId: 'mine' });
      expect(await run(() => handle.get())).toEqual([1, 1]);
    }
    expect([...log].sort()).toEqual(['a:1', 'b:1', 'c:1', 'd:[1,1]']);
  });

  it('a part of a canvas has no id of the caller’s', async () => {
    const { t, send } = celeryWorld();
    const sending = send(chain(t.id.s(1), t.id.s().set({ taskId: 'mine' })));
    await expect(sending).rejects.toThrow('`taskId` is for what is sent itself, got "mine" inside a canvas');
  });

  it('164, 190: differs: there are no priorities', () => {
    const { t } = celeryWorld();
    expect(() => chain(t.id.s(1).set({ priority: 3 } as object))).toThrow('there is no call option `priority`');
  });
});

describe('a wrong canvas sends nothing', () => {
  it.each<[string, (t: T) => AnySignature, string]>([
    // the compiler refuses the arguments of both as well
    [
      '185: a first step whose arguments do not fit',
      (t) => chain(t.noargs.s(...([1] as unknown as [])), t.id.s()),
      'INVALID_ARGUMENTS',
    ],
    [
      'an immutable body whose arguments do not fit',
      (t) => chord([t.id.s(1)], t.noargs.si(...([1] as unknown as []))),
      'INVALID_ARGUMENTS',
    ],
    [
      'a queue that nobody declared, deep inside',
      (t) => chain(t.id.s(1), group([t.id.s().set({ queue: 'nope' as never })])),
      'UNKNOWN_QUEUE',
    ],
  ])('%s', async (_what, make, code) => {
    const { t, send, store, log } = celeryWorld();
    await expect(send(make(t))).rejects.toMatchObject({ code });
    expect([store.queue('default').messages, store.items.size, log]).toEqual([[], 0, []]);
  });
});

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
