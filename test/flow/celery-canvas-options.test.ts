import { type AnySignature, chain, chord, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import type { CeleryTasks } from '../support/celery-tasks.ts';
import { apply, celeryWorld } from '../support/celery-world.ts';

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
