import {
  NotReadyError,
  RemoteError,
  TaskIgnoredError,
  TaskRevokedError,
  TimeLimitExceeded,
  TimeoutError,
} from 'celeriac';
import { describe, expect, it } from 'vitest';
import { storeError } from '../../src/base/stored-error.ts';
import { asyncResult } from '../../src/client/async-result.ts';
import { scriptedChoices } from '../../src/memory/choices.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { World } from '../../src/memory/world.ts';
import type { Writer } from '../../src/protocol/write.ts';
import { connected } from '../support/connected.ts';

/** A handle, and the writes that a worker makes on its task; time is virtual. */
function setUp() {
  const store = new MemoryStore(['default']);
  const world = new World(store, scriptedChoices(new Map()));
  const { ports } = world.process('client', false);
  const base = { id: 't', task: 'task', queue: 'default', root: 't', copy: 'c', generation: 0, round: 0 };
  const by = (): Writer => ({ ...base, redriven: false, nowMs: world.nowMs, expiresAtMs: world.nowMs + 86_400_000 });
  const end = (state: 'SUCCESS' | 'FAILURE' | 'REVOKED' | 'IGNORED', more: object = {}) =>
    store.write({ kind: 'end', by: by(), state, unrun: false, attempt: 1, startedAtMs: world.nowMs - 5, ...more });
  const handle = asyncResult<unknown>('t', () => ports);
  return { world, store, ports, by, end, handle };
}

class SmtpError extends Error {
  override name = 'SmtpError';
  code = 'E421';
}

describe('read', () => {
  it('170: tells PENDING of an unknown id', async () => {
    const { world, handle } = setUp();
    expect(await world.run(() => handle.read())).toEqual({ state: 'PENDING' });
    expect(await world.run(() => handle.ready())).toBe(false);
    expect(await world.run(() => handle.result())).toBeUndefined();
  });

  it('tells of a success its value, null for none, and when', async () => {
    const { world, end, handle } = setUp();
    end('SUCCESS', { value: { n: 1 } });
    const now = new Date(world.nowMs);
    expect(await world.run(() => handle.read())).toEqual({
      state: 'SUCCESS',
      value: { n: 1 },
      retries: 1,
      startedAt: new Date(world.nowMs - 5),
      dateDone: now,
    });
    const short = await world.run(async () => [
      await handle.state(),
      await handle.ready(),
      await handle.successful(),
      await handle.failed(),
      await handle.retries(),
      await handle.dateDone(),
      await handle.result(),
      await handle.error(),
    ]);
    expect(short).toEqual(['SUCCESS', true, true, false, 1, now, { n: 1 }, undefined]);
  });

  it('tells of a failure the error of the task', async () => {
    const { world, end, handle } = setUp();
    end('FAILURE', { error: storeError(new SmtpError('busy', { cause: new RangeError('why') })) });
    const error = await world.run(() => handle.error());
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ name: 'SmtpError', message: 'busy', code: 'E421', cause: { name: 'RangeError' } });
    expect((error as RemoteError).remoteStack).toContain('async-result.test.ts');
    expect(await world.run(() => handle.failed())).toBe(true);
  });

  it('tells of a retry why, how often and when', async () => {
    const { world, store, by, handle } = setUp();
    const nextAtMs = world.nowMs + 5_000;
    store.write({ kind: 'retry', by: by(), attempt: 2, nextAtMs, error: storeError(new SmtpError('busy')) });
    const nextAt = new Date(nextAtMs);
    expect(await world.run(() => handle.read())).toMatchObject({ state: 'RETRY', retries: 2, nextAt });
    expect(await world.run(() => handle.error())).toMatchObject({ message: 'busy' });
    expect(await world.run(() => handle.ready())).toBe(false);
  });

  it('171: tells a custom state by its name', async () => {
    const { world, store, by, end, handle } = setUp();
    store.write({ kind: 'progress', by: by(), state: 'PROGRESS', meta: { p: 1 } });
    const progress = { state: 'CUSTOM', name: 'PROGRESS', meta: { p: 1 }, retries: 0 };
    expect(await world.run(() => handle.read())).toEqual(progress);
    expect(await world.run(() => handle.state())).toBe('PROGRESS');
    end('SUCCESS', { value: 1 });
    expect(await world.run(() => handle.state())).toBe('SUCCESS');
  });

  it('tells of a task that began', async () => {
    const { world, store, by, handle } = setUp();
    const token = 'k';
    store.write({ kind: 'claim', by: { ...by(), token }, leaseUntilMs: world.nowMs + 1, atMostOnce: false });
    const startedAt = new Date(world.nowMs);
    expect(await world.run(() => handle.read())).toEqual({ state: 'STARTED', retries: 0, startedAt });
  });

  it('tells of a move that it is retried', async () => {
    const { world, store, by, handle } = setUp();
    store.write({ kind: 'move', by: by(), attempt: 1, request: { queue: 'default', message: {} as never } });
    expect(await world.run(() => handle.read())).toMatchObject({ state: 'RETRY', retries: 1, nextAt: undefined });
  });
});

describe('get', () => {
  it('waits until the task has ended, ever less often', async () => {
    const { world, ports, end, handle } = setUp();
    const startMs = world.nowMs;
    ports.clock.after(60_000, () => void end('SUCCESS', { value: 'done' }));
    expect(await world.run(() => handle.get())).toBe('done');
    expect(world.nowMs - startMs).toBeLessThan(62_000);
    const reads = world.timeline.filter((line) => line.includes('read t')).length;
    expect(reads).toBeGreaterThan(30);
    expect(reads).toBeLessThan(80);
  });

  it('throws the error of the task', async () => {
    const { world, end, handle } = setUp();
    end('FAILURE', { error: storeError(new TimeLimitExceeded('too long')) });
    await expect(world.run(() => handle.get())).rejects.toThrow(TimeLimitExceeded);
  });

  it('throws if the task was revoked or ignored', async () => {
    const revoked = setUp();
    revoked.end('REVOKED', { error: storeError(new TaskRevokedError('expired')) });
    await expect(revoked.world.run(() => revoked.handle.get())).rejects.toThrow(TaskRevokedError);
    const ignored = setUp();
    ignored.end('IGNORED');
    await expect(ignored.world.run(() => ignored.handle.get())).rejects.toThrow(TaskIgnoredError);
  });

  it('181: gives up at its timeout, and leaves the task alone', async () => {
    const { world, ports, end, handle } = setUp();
    ports.clock.after(1_000, () => void end('SUCCESS', { value: 1 }));
    const startMs = world.nowMs;
    await expect(world.run(() => handle.get({ timeout: '200ms' }))).rejects.toThrow(TimeoutError);
    expect(world.nowMs - startMs).toBe(200);
    expect(await world.run(() => handle.get({ timeout: 10 }))).toBe(1);
  });

  it('stops at its signal', async () => {
    const { world, ports, handle } = setUp();
    const controller = new AbortController();
    ports.clock.after(100, () => controller.abort(new RangeError('enough')));
    await expect(world.run(() => handle.get({ signal: controller.signal }))).rejects.toThrow(new RangeError('enough'));
  });

  it('gives null at once for a task that was sent with ignoreResult', async () => {
    const { app } = connected({});
    const quiet = app.task('quiet', { ignoreResult: true }, () => 1);
    const loud = app.task('loud', {}, () => 1);
    expect(await (await quiet.delay()).get()).toBeNull();
    expect(await (await loud.applyAsync([], { ignoreResult: true })).get()).toBeNull();
    expect(await (await loud.si().set({ ignoreResult: true }).applyAsync()).get()).toBeNull();
  });
});

describe('revoke', () => {
  it('marks the task and puts it on the list, and the state is its own until a worker has stored REVOKED', async () => {
    const { world, store, end, handle } = setUp();
    await world.run(() => handle.revoke());
    expect(store.items.get('t')?.revoked).toBe(true);
    expect(store.revocations).toMatchObject([{ id: 't', atMs: world.nowMs }]);
    expect(await world.run(() => handle.state())).toBe('PENDING');
    end('REVOKED');
    expect(await world.run(() => handle.state())).toBe('REVOKED');
  });

  it.each(['SUCCESS', 'FAILURE'] as const)(
    '178: leaves a task as it is that ended as %s, for the sake of what it has sent',
    async (state) => {
      const { world, store, end, handle } = setUp();
      end(state);
      await world.run(() => handle.revoke());
      expect(await world.run(() => handle.state())).toBe(state);
      expect(store.revocations).toMatchObject([{ id: 't' }]);
    },
  );
});

describe('forget', () => {
  it('182: makes the task unknown again', async () => {
    const { world, end, handle } = setUp();
    end('SUCCESS', { value: 1 });
    await world.run(() => handle.forget());
    expect(await world.run(() => handle.read())).toEqual({ state: 'PENDING' });
    expect(await world.run(() => handle.result())).toBeUndefined();
  });

  it('is refused while the task has not ended', async () => {
    const { world, handle } = setUp();
    await expect(world.run(() => handle.forget())).rejects.toThrow(NotReadyError);
  });
});
