import { chain } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { appWorld, work } from '../support/app-world.ts';

/** Longer than a worker goes without looking for orders. */
const NOTICED = 6;

function pausable() {
  const world = appWorld({ queues: { other: {} } }, { functionTimeoutMs: 60_000 });
  const runs: string[] = [];
  const task = world.app.task('task', {}, (name: string) => {
    runs.push(`${name} ${world.seconds()}`);
    return name;
  });
  const elsewhere = world.app.task('elsewhere', { queue: 'other' }, (name: string) => {
    runs.push(name);
    return `${name}!`;
  });
  const pause = (queue = 'default') => world.store.noteQueue(queue, () => ({ pausedAtMs: world.world.nowMs }));
  const resume = (queue = 'default') => world.store.noteQueue(queue, () => ({ pausedAtMs: undefined }));
  const names = () => runs.map((run) => run.split(' ')[0]);
  return { ...world, runs, names, task, elsewhere, pause, resume };
}

describe('a paused queue', () => {
  it('runs nothing, keeps everything however long it is paused, and runs it within a minute of its end', async () => {
    const { run, pass, task, pause, resume, names, events, dead, store, runs, seconds } = pausable();
    await run(async () => {
      pause();
      const sent = await task.delay('a');
      await pass(7_200); // long enough for a message to be received more often than SQS would bear
      expect(names()).toEqual([]);
      expect(store.queue('default').messages).toHaveLength(1);
      expect((await sent.read()).state).toBe('PENDING');
      resume();
      const resumedAt = seconds();
      expect(await sent.get()).toBe('a');
      expect(Number(runs[0]?.split(' ')[1]) - resumedAt).toBeLessThanOrEqual(61);
    });
    expect(dead()).toEqual([]);
    const waits = events().filter((event) => event.kind === 'deferred');
    expect(waits[0]).toMatchObject({ queue: 'default', task: 'task', why: 'paused', inSeconds: 60 });
    expect(events().some(({ kind }) => kind === 'sent-back')).toBe(false);
  });

  it('is noticed by a warm worker within five seconds, and as soon goes on', async () => {
    const { run, pass, task, pause, resume, names } = pausable();
    await run(async () => {
      await (await task.delay('warm')).get();
      pause();
      await pass(NOTICED);
      const held = await task.delay('held');
      await pass(30);
      expect(names()).toEqual(['warm']);
      resume();
      await pass(NOTICED);
      await (await task.delay('next')).get();
      expect(names()).toEqual(['warm', 'next']);
      await held.get();
    });
  });

  it('counts no attempt: a task has all its retries and starts after it', async () => {
    const { app, run, pass, pause, resume, events } = pausable();
    const failing = app.task(
      'failing',
      { maxRetries: 2, retryBackoff: false, defaultRetryDelay: 1, autoretryFor: [Error] },
      () => {
        throw new Error('no');
      },
    );
    let id = '';
    await run(async () => {
      pause();
      ({ id } = await failing.delay());
      await pass(3_600);
      resume();
    });
    expect(events(id).filter(({ kind }) => kind === 'retrying')).toHaveLength(2);
    expect(events(id).find(({ kind }) => kind === 'failed')).toMatchObject({ reason: 'exhausted' });
  });

  it('holds a retry that was recorded before it, and a claimed task whose worker died', async () => {
    const { app, run, pass, pause, resume } = pausable();
    const ran: string[] = [];
    const retried = app.task('retried', { autoretryFor: [Error], defaultRetryDelay: 100 }, () => {
      ran.push('retried');
      if (ran.length === 1) throw new Error('once');
    });
    const killed = app.task('killed', { trackStarted: true }, async () => {
      ran.push('killed');
      if (ran.length === 2) await work(600);
    });
    await run(async () => {
      const handles = [await retried.delay(), await killed.delay()] as const;
      await pass(65); // the function of the second was ended by its timeout
      pause();
      await pass(1_000);
      expect(ran).toEqual(['retried', 'killed']);
      expect(await Promise.all(handles.map(async (handle) => (await handle.read()).state))).toEqual([
        'RETRY',
        'STARTED',
      ]);
      resume();
      await Promise.all(handles.map((handle) => handle.get()));
    });
    expect(ran.sort()).toEqual(['killed', 'killed', 'retried', 'retried']);
  });

  it('lets what has begun go on to its end, and what follows from it be sent', async () => {
    const { app, run, pass, pause, names, elsewhere } = pausable();
    const slow = app.task('slow', {}, async () => {
      await work(20);
      return 'slow';
    });
    await run(async () => {
      const last = await chain(slow.s(), elsewhere.s()).applyAsync();
      await pass(2);
      pause();
      expect(await last.get()).toBe('slow!');
    });
    expect(names()).toEqual(['slow']);
  });

  it('leaves other queues alone', async () => {
    const { run, pause, resume, pass, task, elsewhere, names } = pausable();
    await run(async () => {
      pause();
      await task.delay('held');
      await (await elsewhere.delay('free')).get();
      expect(names()).toEqual(['free']);
      await pass(NOTICED);
      resume();
    });
    expect(names()).toEqual(['free', 'held']);
  });

  it('stays paused for a worker that cannot look for a while', async () => {
    let broken = false;
    const { app, run, pass, store, world } = appWorld(
      {},
      {
        workerPorts: (ports) => ({
          ...ports,
          backend: {
            ...ports.backend,
            ordersSince: (sinceMs) =>
              broken ? Promise.reject(new Error('throttled')) : ports.backend.ordersSince(sinceMs),
          },
        }),
      },
    );
    const runs: number[] = [];
    const task = app.task('task', {}, () => void runs.push(world.nowMs));
    await run(async () => {
      store.noteQueue('default', () => ({ pausedAtMs: world.nowMs }));
      await task.delay();
      await pass(10);
      broken = true;
      await pass(600);
      expect(runs).toEqual([]);
      broken = false;
      store.noteQueue('default', () => ({ pausedAtMs: undefined }));
    });
    expect(runs).toHaveLength(1);
  });
});
