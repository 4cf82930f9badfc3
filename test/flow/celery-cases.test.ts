import {
  Ignore,
  InvalidOptionError,
  MaxRetriesExceededError,
  NotJsonError,
  Reject,
  RemoteError,
  SoftTimeLimitExceeded,
  TaskIgnoredError,
  TaskRevokedError,
  type TaskStatus,
  TimeLimitExceeded,
  TimeoutError,
  WorkerLostError,
} from 'celeriac';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { appWorld, work } from '../support/app-world.ts';

/** Python's KeyError, as the cases call it. */
class KeyError extends Error {
  override name = 'KeyError';
}

/**
 * Celery's cases of single tasks, by their numbers, run through the real API and the real worker in virtual time.
 *
 * Where we decided otherwise the test shows our behaviour, its name says `differs`, and docs/from-celery.md has the row.
 */
describe('retries', () => {
  it('149: fails with the error it was given, after maxRetries + 1 runs', async () => {
    const { app, run } = appWorld();
    let runs = 0;
    const task = app.task('t', { bind: true, maxRetries: 2 }, (self): number => {
      runs += 1;
      return self.retry({ error: new KeyError('k') });
    });
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toMatchObject({ name: 'KeyError', message: 'k' });
    expect(runs).toBe(3);
  });

  it('149: without an error of its own, fails with MaxRetriesExceededError', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', { bind: true, maxRetries: 1 }, (self): number => self.retry());
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toBeInstanceOf(MaxRetriesExceededError);
  });

  it('151: a retry cannot be asked for and gone on from; differs: the first run is not the result', async () => {
    const { app, run } = appWorld();
    const values: number[] = [];
    const task = app.task('t', { bind: true, defaultRetryDelay: 1 }, (self) => {
      values.push(self.request.retries);
      try {
        if (self.request.retries === 0) self.retry();
      } catch {
        // swallowed, and it counts nevertheless
      }
      return values.length;
    });
    const handle = await run(() => task.delay());
    expect(await run(() => handle.get())).toBe(2);
    expect(values).toEqual([0, 1]);
  });

  it.each([
    [new KeyError('k'), 3],
    [new RangeError('r'), 1],
  ])('153: autoretryFor: %s runs %i times', async (error, expected) => {
    const { app, run } = appWorld();
    let runs = 0;
    const task = app.task('t', { autoretryFor: [KeyError], maxRetries: 2 }, () => {
      runs += 1;
      throw error;
    });
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toMatchObject({ name: error.name, message: error.message });
    expect(runs).toBe(expected);
  });

  it.each([
    [new Ignore(), 'IGNORED'],
    [new Reject('no'), 'FAILURE'],
  ])('155: autoretryFor of everything leaves %o alone', async (order, state) => {
    const { app, run } = appWorld();
    let runs = 0;
    const task = app.task('t', { autoretryFor: [Error] }, () => {
      runs += 1;
      throw order;
    });
    const handle = await run(() => task.delay());
    expect(await run(() => handle.state())).toBe(state);
    expect(runs).toBe(1);
  });

  it.each([
    [undefined, [180, 180, 180, 180]],
    [false, [180, 180, 180, 180]],
    [0, [180, 180, 180, 180]],
    [true, [1, 2, 4, 8]],
    [-1, [1, 2, 4, 8]],
    [0.1, [1, 2, 4, 8]],
    [1, [1, 2, 4, 8]],
    [1.9, [1, 2, 4, 8]],
    [2, [2, 4, 8, 16]],
    [3, [3, 6, 12, 24]],
    ['a function', [5, 60, 8, 8]],
  ])('156: retryBackoff %s waits %j seconds', async (given, expected) => {
    const own = (retries: number) => [5, '1m', 7.5, 8][retries] as number; // whole seconds, rounded up
    const retryBackoff = given === 'a function' ? own : given;
    expect(await delays({ ...(retryBackoff !== undefined ? { retryBackoff } : {}), maxRetries: 4 })).toEqual(expected);
  });

  it('157: backs off to ten minutes at most', async () => {
    const expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600];
    expect(await delays({ retryBackoff: 1, maxRetries: 12 })).toEqual(expected);
  });

  it('158: backs off to retryBackoffMax at most', async () => {
    expect(await delays({ retryBackoff: true, retryBackoffMax: 16, maxRetries: 6 })).toEqual([1, 2, 4, 8, 16, 16]);
  });

  it('159: full jitter is any whole second from 0 to the delay', async () => {
    const { app, run, events } = appWorld();
    const task = app.task('t', { autoretryFor: [KeyError], retryBackoff: 8, maxRetries: 1 }, () => {
      throw new KeyError('k');
    });
    await run(() => Promise.all(Array.from({ length: 400 }, () => task.delay())));
    const waits = events().flatMap((event) => (event.kind === 'retrying' ? [event.inSeconds] : []));
    expect([...new Set(waits)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(4, 0);
  });

  it.each([{}, { args: [] as [] }, { queue: 'other' }])(
    '164: a retry with %j keeps headers and expires',
    async (more) => {
      const { app, run } = appWorld({ queues: { other: {} } });
      const seen: unknown[] = [];
      const task = app.task('t', { bind: true }, ({ request, retry }) => {
        seen.push([request.retries, request.headers, request.expires?.getTime()]);
        if (request.retries === 0) retry({ countdown: 1, ...more });
      });
      const startMs = Date.UTC(2026, 0, 1);
      await run(() => task.applyAsync([], { headers: { h: '1' }, expires: 60 }));
      expect(seen).toEqual([0, 1].map((retries) => [retries, { h: '1' }, startMs + 60_000]));
    },
  );

  it('164, 190: differs: there are no priorities', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', {}, () => 1);
    const call = run(() => task.applyAsync([], { priority: 4 } as object));
    await expect(call).rejects.toThrow('there is no call option `priority`');
  });

  it('165: a retry that comes after expires is REVOKED', async () => {
    const { app, run, dead } = appWorld();
    let runs = 0;
    const task = app.task('t', { bind: true }, (self) => {
      runs += 1;
      self.retry({ countdown: 1.5 });
    });
    const handle = await run(() => task.applyAsync([], { expires: 1 }));
    expect(await run(() => handle.read())).toMatchObject({ state: 'REVOKED' });
    await expect(run(() => handle.get())).rejects.toBeInstanceOf(TaskRevokedError);
    expect([runs, dead()]).toEqual([1, []]);
  });

  it('a retry on a queue that nobody declared fails the task', async () => {
    const { app, run, dead } = appWorld();
    const task = app.task('t', { bind: true }, (self) => {
      self.retry({ queue: 'nope' });
    });
    const handle = await run(() => task.delay());
    expect(await run(() => handle.error())).toMatchObject({ code: 'UNKNOWN_QUEUE' });
    expect(dead()[0]?.attributes.reason).toBe('permanent');
  });

  it('a retry with more than can be stored fails the task', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', { bind: true }, (self, _text: string) => {
      self.retry({ args: ['x'.repeat(400_000)] });
    });
    const handle = await run(() => task.delay(''));
    expect(await run(() => handle.error())).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('a retry with other arguments and on another queue goes on under the same id', async () => {
    const { app, run } = appWorld({ queues: { other: {} } });
    const seen: unknown[] = [];
    const task = app.task('t', { bind: true, args: z.tuple([z.int()]) }, ({ request, retry }, n) => {
      seen.push([n, request.retries, request.queue]);
      if (n < 3) retry({ args: [n + 1], countdown: 1, ...(n === 2 ? { queue: 'other' as const } : {}) });
      return n;
    });
    const handle = await run(() => task.delay(1));
    expect(await run(() => handle.get())).toBe(3);
    expect(seen).toEqual([
      [1, 0, 'default'],
      [2, 1, 'default'],
      [3, 2, 'other'],
    ]);
  });

  /** The seconds between the attempts of a task that always fails, by the world's clock. */
  async function delays(options: object): Promise<number[]> {
    const { app, run, seconds } = appWorld();
    const beganAt: number[] = [];
    const task = app.task('t', { autoretryFor: [KeyError], retryJitter: false, ...options }, () => {
      beganAt.push(seconds());
      throw new KeyError('k');
    });
    await run(() => task.delay());
    return beganAt.slice(1).map((at, i) => at - (beganAt[i] as number));
  }
});

describe('hooks', () => {
  it('168: differs: there are none, and naming one is an error', () => {
    const { app } = appWorld();
    const define = () => app.task('t', { onRetry: () => {} } as object, () => 1);
    expect(define).toThrow('there is no option `onRetry`');
  });
});

describe('states and results', () => {
  it('170: an id that nobody knows is PENDING', async () => {
    const { app, run } = appWorld();
    const handle = app.asyncResult('nobody-knows');
    expect(await run(() => handle.read())).toEqual({ state: 'PENDING' });
    expect(await run(() => handle.ready())).toBe(false);
    expect(await run(() => handle.result())).toBeUndefined();
  });

  it('171: shows progress while it runs, then the result', async () => {
    const { app, run, pass } = appWorld();
    const task = app.task('t', { bind: true }, async (self) => {
      await self.updateState('PROGRESS', { p: 1 });
      await work(10);
      return 'done';
    });
    const seen: TaskStatus<string>[] = [];
    const names: string[] = [];
    await run(async () => {
      const handle = await task.delay();
      await pass(5);
      seen.push(await handle.read());
      names.push(await handle.state(), String(await handle.ready()));
      await pass(10);
      seen.push(await handle.read());
    });
    expect(seen[0]).toEqual({ state: 'CUSTOM', name: 'PROGRESS', meta: { p: 1 }, retries: 0 });
    expect(names).toEqual(['PROGRESS', 'false']);
    expect(seen[1]).toMatchObject({ state: 'SUCCESS', value: 'done' });
  });

  it('172: differs: updateState refuses the states that are ours', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', { bind: true }, async (self) => {
      await self.updateState('SUCCESS', 99);
      throw new Ignore();
    });
    const handle = await run(() => task.delay());
    expect(await run(() => handle.read())).toMatchObject({ state: 'FAILURE', error: { code: 'INVALID_OPTION' } });
  });

  it('178: a revocation never overwrites how a task ended', async () => {
    const { app, run, pass } = appWorld();
    const ends = { ok: () => 1, fail: () => Promise.reject(new KeyError('k')) };
    for (const [name, body] of Object.entries(ends)) app.task(name, {}, body as () => Promise<number>);
    const states = await run(async () => {
      const handles = await Promise.all(['ok', 'fail'].map((name) => app.sendTask(name)));
      await pass(60);
      await Promise.all(handles.map((handle) => handle.revoke()));
      await pass(60);
      return Promise.all(handles.map((handle) => handle.state()));
    });
    expect(states).toEqual(['SUCCESS', 'FAILURE']);
  });

  it('181: a timeout of the waiting leaves the task alone', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', {}, async () => {
      await work(1);
      return 'value';
    });
    await run(async () => {
      const handle = await task.delay();
      await expect(handle.get({ timeout: 0.2 })).rejects.toBeInstanceOf(TimeoutError);
      expect(await handle.get()).toBe('value');
    });
  });

  it('182: forget takes the state back to PENDING', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', {}, () => 1);
    const states = await run(async () => {
      const handle = await task.delay();
      await handle.get();
      const before = await handle.state();
      await handle.forget();
      return [before, await handle.state(), await handle.result()];
    });
    expect(states).toEqual(['SUCCESS', 'PENDING', undefined]);
  });

  it('182: a forgotten task stays known, so that a second one of its id does not run', async () => {
    const { app, run } = appWorld();
    let runs = 0;
    const task = app.task('t', {}, () => ++runs);
    await run(async () => {
      const handle = await task.applyAsync([], { taskId: 'mine' });
      await handle.get();
      await handle.forget();
      await task.applyAsync([], { taskId: 'mine' });
    });
    expect(runs).toBe(1);
  });

  it('182: forget of a task that has not ended is an error', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', {}, () => 1);
    await run(async () => {
      const handle = await task.applyAsync([], { countdown: 10 });
      await expect(handle.forget()).rejects.toMatchObject({ code: 'NOT_READY' });
    });
  });

  it('184: differs: a task id given twice runs once, also when the first has ended', async () => {
    const { app, run, events } = appWorld();
    let runs = 0;
    const task = app.task('t', {}, () => {
      runs += 1;
      return runs;
    });
    await run(async () => {
      const first = await task.applyAsync([], { taskId: 'mine' });
      expect(await first.get()).toBe(1);
      const second = await task.applyAsync([], { taskId: 'mine' });
      expect(await second.get()).toBe(1);
    });
    expect(runs).toBe(1);
    expect(events('mine').at(-1)).toMatchObject({ kind: 'dropped', why: 'ended-by-another' });
  });

  it('185: a missing argument is the caller’s error, and nothing is sent', async () => {
    const { app, run, store } = appWorld();
    const task = app.task('t', { args: z.tuple([z.int(), z.string()]) }, (n, s) => `${n}${s}`);
    const call = run(() => (task.delay as (n: number) => Promise<unknown>)(1));
    await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENTS' });
    expect(store.queue('default').messages).toEqual([]);
  });

  it('189: differs: countdown together with eta is refused', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', {}, () => 1);
    const both = { countdown: 1, eta: new Date(Date.UTC(2026, 0, 1, 0, 0, 30)) } as object;
    await expect(run(() => task.applyAsync([], both))).rejects.toBeInstanceOf(InvalidOptionError);
  });

  it('191: binding more arguments or options makes a copy; differs: so does set()', async () => {
    const { app, run } = appWorld();
    const add = app.task('add', {}, (x: number, y: number) => x + y);
    const bound = add.s(2);
    const later = bound.set({ countdown: 60 });
    expect(later).not.toBe(bound);
    expect(JSON.parse(JSON.stringify(bound))).toEqual({ kind: 'task', task: 'add', args: [2] });
    expect(await run(async () => (await later.delay(4)).get())).toBe(6);
  });
});

describe('how a task may end', () => {
  it('109: Ignore ends as IGNORED; differs: in Celery the handle stays PENDING', async () => {
    const { app, run, dead } = appWorld();
    const task = app.task('t', {}, (): number => {
      throw new Ignore();
    });
    const handle = await run(() => task.delay());
    expect(await run(() => handle.state())).toBe('IGNORED');
    await expect(run(() => handle.get())).rejects.toBeInstanceOf(TaskIgnoredError);
    expect(dead()).toEqual([]);
  });

  it('110: Reject ends as FAILURE and goes to the dead letters', async () => {
    const { app, run, dead } = appWorld();
    const task = app.task('t', {}, (): number => {
      throw new Reject('not mine');
    });
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toMatchObject({ name: 'Reject', message: 'not mine' });
    expect(dead()[0]?.attributes).toMatchObject({ reason: 'rejected', error: 'Reject', errorMessage: 'not mine' });
  });

  it('112: class name, message, code, cause and stack of an error reach the caller', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', {}, (): number => {
      throw Object.assign(new KeyError('a', { cause: new RangeError('b') }), { code: 'E3' });
    });
    const handle = await run(() => task.delay());
    const error = await run(() => handle.error());
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ name: 'KeyError', message: 'a', code: 'E3', cause: { name: 'RangeError' } });
    expect((error as RemoteError).remoteStack).toContain('celery-cases.test.ts');
  });

  it('a soft time limit aborts the signal, and what the task throws then is its error', async () => {
    const { app, run, dead, seconds } = appWorld();
    const task = app.task('t', { bind: true, softTimeLimit: 2, timeLimit: 5 }, async (self) => {
      await work(4, self.signal);
    });
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toBeInstanceOf(SoftTimeLimitExceeded);
    expect([seconds(), dead()[0]?.attributes.reason]).toEqual([2, 'permanent']);
  });

  it('a hard time limit ends the attempt and its process, and is not retried', async () => {
    const { app, run, dead } = appWorld();
    let runs = 0;
    const task = app.task('t', { timeLimit: 5, autoretryFor: [Error] }, async () => {
      runs += 1;
      await work(20);
    });
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toBeInstanceOf(TimeLimitExceeded);
    expect([runs, dead()[0]?.attributes.reason]).toEqual([1, 'time-limit']);
  });

  it.each([
    [undefined, '2026-01-01T00:00:05.000Z'],
    [60, '2026-01-01T00:00:30.000Z'],
  ])('the deadline that a task sees is its time limit or the end of the function: %s', async (timeLimit, deadline) => {
    const { app, run } = appWorld();
    const task = app.task('t', { bind: true, timeLimit: 5 }, (self) => self.request.deadline?.toISOString() ?? '');
    const options = timeLimit === undefined ? {} : { timeLimit };
    expect(await run(async () => (await task.applyAsync([], options)).get())).toBe(deadline);
  });

  it('a revocation keeps a waiting task from running, and lets a running one end', async () => {
    const { app, run, pass } = appWorld();
    const task = app.task('t', {}, async () => {
      await work(10);
      return 'ran';
    });
    const states = await run(async () => {
      const [running, waiting] = [await task.delay(), await task.applyAsync([], { countdown: 60 })];
      await pass(3);
      await Promise.all([running.revoke(), waiting.revoke()]);
      const atOnce = [await running.state(), await waiting.state()];
      await pass(120);
      return [...atOnce, await running.state(), await waiting.state()];
    });
    expect(states).toEqual(['PENDING', 'PENDING', 'SUCCESS', 'REVOKED']);
  });

  it('a failure is stored and a dead letter although results are ignored; a success leaves nothing', async () => {
    const { app, run, dead, store } = appWorld({ taskDefaults: { ignoreResult: true } });
    const task = app.task('t', {}, (fails: boolean) => {
      if (fails) throw new KeyError('k');
      return 1;
    });
    const [bad, good] = await run(() => Promise.all([task.delay(true), task.delay(false)]));
    expect(await run(() => (bad as typeof good & object).error())).toMatchObject({ name: 'KeyError' });
    expect([dead().length, [...store.items.keys()]]).toEqual([1, [bad?.id]]);
    expect(await run(() => Promise.all([bad?.get(), good?.get()]))).toEqual([null, null]);
  });

  it('a result that is not JSON fails the task, without retries', async () => {
    const { app, run, dead } = appWorld();
    const task = app.task('t', { autoretryFor: [Error] }, () => new Date(0) as unknown as string);
    const handle = await run(() => task.delay());
    expect(await run(() => handle.error())).toMatchObject({ name: 'NotJsonError', code: 'NOT_JSON' });
    expect(dead()[0]?.attributes.reason).toBe('invalid-result');
  });

  it('a process that dies three times at a task ends it as WorkerLostError; differs: Celery acknowledges it', async () => {
    const { app, run, dead } = appWorld();
    let runs = 0;
    const task = app.task('t', {}, async () => {
      runs += 1;
      await work(3_600); // the function is killed before
    });
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toBeInstanceOf(WorkerLostError);
    // its first delivery is not claimed, and so is no start
    expect([runs, dead()[0]?.attributes.reason]).toEqual([4, 'worker-lost']);
  });

  it('acksLate: false is begun once', async () => {
    const { app, run, dead } = appWorld();
    let runs = 0;
    const task = app.task('t', { acksLate: false }, async () => {
      runs += 1;
      await work(3_600);
    });
    const handle = await run(() => task.delay());
    await expect(run(() => handle.get())).rejects.toBeInstanceOf(WorkerLostError);
    expect([runs, dead()[0]?.attributes.reason]).toEqual([1, 'worker-lost']);
  });
});

describe('at most once', () => {
  it('is retried when the task asks for it', async () => {
    const { app, run } = appWorld();
    let runs = 0;
    const task = app.task('t', { acksLate: false, autoretryFor: [KeyError], retryBackoff: true }, () => {
      runs += 1;
      if (runs < 3) throw new KeyError('k');
      return runs;
    });
    const handle = await run(() => task.delay());
    expect(await run(() => handle.get())).toBe(3);
  });
});

describe('a revocation', () => {
  it('takes along what the task has sent, also when the task has ended', async () => {
    const { app, run, pass } = appWorld();
    const child = app.task('child', {}, () => 'ran');
    const parent = app.task('parent', {}, async (seconds: number) => {
      const { id } = await child.applyAsync([], { countdown: 60 });
      await work(seconds);
      return id;
    });
    const states = await run(async () => {
      const handles = [await parent.delay(20), await parent.delay(0)];
      await pass(10);
      await Promise.all(handles.map((handle) => handle.revoke()));
      const ids = await Promise.all(handles.map((handle) => handle.get()));
      await pass(90);
      return Promise.all(ids.map((id) => app.asyncResult(id).state()));
    });
    expect(states).toEqual(['REVOKED', 'REVOKED']);
  });

  it('of an id that nobody knows holds for a task that is sent under it later', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', {}, () => 1);
    await run(() => app.asyncResult('mine').revoke());
    const handle = await run(() => task.applyAsync([], { taskId: 'mine' }));
    expect(await run(() => handle.state())).toBe('REVOKED');
  });
});

describe('what travels', () => {
  it('193, 194: lists and objects are JSON', async () => {
    const { app, run } = appWorld();
    const same = app.task(
      'same',
      {},
      (value: { readonly list: readonly [number, string]; readonly 1: number }) => value,
    );
    expect(await run(async () => (await same.delay({ list: [1, 'a'], 1: 2 })).get())).toEqual({
      list: [1, 'a'],
      '1': 2,
    });
  });

  it.each([
    [new Date(0), 'a Date', 'use its ISO string'],
    [5n, 'a bigint', 'use a string'],
    [new Uint8Array(2), 'binary data', 'use a base64 string'],
    [() => 1, 'a function', 'use plain data'],
  ])('195, 196: differs: %o is refused at the call', async (value, got, remedy) => {
    const { app, run, store } = appWorld();
    const same = app.task('same', {}, (list: string[]) => list);
    const call = run(() => same.delay(['a', value as unknown as string]));
    await expect(call).rejects.toBeInstanceOf(NotJsonError);
    await expect(call).rejects.toThrow(`args[0][1] is ${got}, which is not JSON: ${remedy}`);
    expect(store.queue('default').messages).toEqual([]);
  });
});

describe('messages from elsewhere', () => {
  it('runs the smallest body that a foreign producer can write', async () => {
    const { app, run, put, store } = appWorld();
    const seen: unknown[] = [];
    app.task('digest.sendForUser', { bind: true }, ({ request }, userId: number) => {
      seen.push([userId, request.retries, request.parent, request.root === request.id]);
      return userId;
    });
    await run(async () => put({ task: 'digest.sendForUser', args: [42] }));
    expect(seen).toEqual([[42, 0, null, true]]);
    const [id] = [...store.items.keys()];
    expect(await run(() => app.asyncResult(id as string).get())).toBe(42);
  });

  it.each([
    [{}, 2],
    [{ again: true }, 1],
  ])('runs two bodies of one id, with %j, %i times', async (more, expected) => {
    const { app, run, put } = appWorld();
    let runs = 0;
    app.task('t', {}, () => ++runs);
    for (const _copy of ['first', 'second']) await run(async () => put({ task: 't', id: 'mine', ...more }));
    expect(runs).toBe(expected);
  });

  it('retries a bare body under the id that SQS gave it', async () => {
    const { app, run, put, store } = appWorld();
    app.task('flaky', { bind: true }, ({ request, retry }) => {
      if (request.retries < 30) retry({ countdown: '1h' }); // is sent anew each time
      return request.retries;
    });
    await run(async () => put({ task: 'flaky' }));
    await run(async () => put({ task: 'flaky', limits: { maxRetries: 40 } }));
    expect([...store.items.values()].map(({ state, attempt }) => [state, attempt])).toEqual([
      ['FAILURE', 3],
      ['SUCCESS', 30],
    ]);
  });

  it('fails an argument that does not fit the schema, without retries', async () => {
    const { app, run, put, dead } = appWorld();
    app.task('strict', { args: z.tuple([z.int()]), autoretryFor: [Error] }, (n) => n);
    await run(async () => put({ task: 'strict', args: ['42'] }));
    expect(dead()[0]?.attributes).toMatchObject({
      reason: 'invalid-arguments',
      errorCode: 'INVALID_ARGUMENTS',
      attempt: '0',
      origin: 'default',
      task: 'strict',
    });
  });

  it('puts a body that nobody can read on the dead-letter queue as it is', async () => {
    const { app, run, put, store } = appWorld();
    app.task('fine', {}, () => 1);
    await run(async () => {
      put('not json');
      put({ task: 'fine' });
    });
    const [letter] = store.queue('default-dlq').messages;
    expect(letter).toMatchObject({
      body: 'not json',
      attributes: { reason: 'unreadable', errorCode: 'UNREADABLE_MESSAGE' },
    });
    expect([...store.items.values()].map(({ state }) => state)).toEqual(['SUCCESS']);
  });

  it('fails an unknown task at once without a grace period', async () => {
    const { app, run, dead, seconds } = appWorld();
    const handle = await run(() => app.sendTask('later'));
    expect(await run(() => handle.error())).toMatchObject({ code: 'UNKNOWN_TASK' });
    expect([dead()[0]?.attributes.reason, seconds()]).toEqual(['unknown-task', 0]);
  });

  it('lets an unknown task wait for its deployment, and runs it then', async () => {
    const { app, run, pass, dead } = appWorld({}, { graceMs: 900_000 });
    const [value, lost] = await run(async () => {
      const [soon, never] = [await app.sendTask('soon', [1]), await app.sendTask('never')];
      await pass(600);
      app.task('soon', {}, (n: number) => n + 1);
      const value = await soon.get();
      await pass(600);
      return [value, await never.error()] as const;
    });
    expect(value).toBe(2);
    expect(lost).toMatchObject({ code: 'UNKNOWN_TASK' });
    expect(dead().map(({ message }) => message.task)).toEqual(['never']);
  });

  it('lets a newer envelope wait as well, and keeps its body', async () => {
    const { run, put, store, seconds } = appWorld({}, { graceMs: 900_000 });
    await run(async () => put({ v: 2, id: 'new', task: 't', args: { of: 'another form' } }));
    const [letter] = store.queue('default-dlq').messages;
    expect(letter?.attributes).toMatchObject({ reason: 'newer-version', errorCode: 'NEWER_VERSION' });
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ v: 2, id: 'new', args: { of: 'another form' }, round: 1 });
    expect(seconds()).toBe(900);
  });

  it('ends tasks that send each other for ever at the hop limit', async () => {
    const { app, run, dead } = appWorld();
    let runs = 0;
    const loop = app.task('loop', {}, async (): Promise<void> => {
      runs += 1;
      await app.sendTask('loop');
    });
    await run(() => loop.delay());
    expect(runs).toBe(101);
    expect(dead().map(({ attributes }) => [attributes.reason, attributes.errorCode])).toEqual([
      ['hop-limit', 'HOP_LIMIT'],
    ]);
  });
});

describe('waiting', () => {
  it('does not lose a task that is sent anew 50 times before its eta', async () => {
    const { app, run, events, seconds, dead } = appWorld();
    const task = app.task('t', {}, () => 'ran');
    const handle = await run(() => task.applyAsync([], { countdown: 51 * 900 }));
    expect(await run(() => handle.get())).toBe('ran');
    expect(events(handle.id).filter(({ kind }) => kind === 'deferred')).toHaveLength(50);
    expect([seconds(), dead()]).toEqual([51 * 900, []]);
  });

  it('does not lose a task that is retried 50 times by its visibility', async () => {
    const { app, run, events, dead } = appWorld();
    const task = app.task('t', { bind: true, maxRetries: null }, ({ request, retry }) => {
      if (request.retries < 50) retry({ countdown: 60 });
      return request.retries;
    });
    const handle = await run(() => task.delay());
    expect(await run(() => handle.get())).toBe(50);
    expect(events(handle.id).filter(({ kind }) => kind === 'sent-back')).toEqual([]);
    expect(dead()).toEqual([]);
  });
});

describe('inside a task', () => {
  it('a send that was not awaited is sent before the task ends', async () => {
    const { app, run } = appWorld();
    const ran: number[] = [];
    const child = app.task('child', {}, (n: number) => void ran.push(n));
    const parent = app.task('parent', {}, () => {
      for (const n of [1, 2, 3]) void child.delay(n);
    });
    await run(() => parent.delay());
    expect(ran.sort()).toEqual([1, 2, 3]);
  });

  it('waiting for a result is refused; differs: without a way round', async () => {
    const { app, run } = appWorld();
    const child = app.task('child', {}, () => 1);
    const parent = app.task('parent', {}, async () => (await child.delay()).get());
    const handle = await run(() => parent.delay());
    expect(await run(() => handle.error())).toMatchObject({ code: 'GET_INSIDE_TASK' });
  });
});

describe('a dead letter', () => {
  it('runs again in a new round when it is moved back, and its handle shows the new end', async () => {
    const { app, run, dead, redrive } = appWorld();
    let healed = false;
    const task = app.task('t', { autoretryFor: [KeyError], retryBackoff: true, maxRetries: 2 }, (n: number) => {
      if (!healed) throw new KeyError('k');
      return n;
    });
    const handle = await run(() => task.delay(7));
    expect(await run(() => handle.read())).toMatchObject({ state: 'FAILURE', retries: 2 });
    expect(dead()[0]).toMatchObject({
      message: { id: handle.id, retries: 0, round: 1, redriven: true, args: [7] },
      attributes: { reason: 'exhausted', attempt: '2', origin: 'default', id: handle.id },
    });
    healed = true;
    expect(redrive()).toBe(1);
    await run(async () => {});
    expect(await run(() => handle.get())).toBe(7);
    expect(await run(() => handle.retries())).toBe(0);
  });

  it('runs once when it is moved back twice', async () => {
    const { app, run, put, store, redrive } = appWorld();
    let runs = 0;
    const task = app.task('t', {}, () => {
      runs += 1;
      if (runs === 1) throw new KeyError('k');
      return runs;
    });
    const handle = await run(() => task.delay());
    const [letter] = store.queue('default-dlq').messages;
    redrive();
    put(letter?.body);
    await run(async () => {});
    expect([runs, await run(() => handle.get())]).toEqual([2, 2]);
  });

  it('that fails again is a dead letter again, of the next round', async () => {
    const { app, run, dead, redrive } = appWorld();
    let runs = 0;
    const task = app.task('t', {}, () => {
      runs += 1;
      throw new KeyError('k');
    });
    await run(() => task.delay());
    redrive();
    await run(async () => {});
    expect(dead().map(({ message }) => message.round)).toEqual([2]);
    expect(runs).toBe(2);
  });
});
