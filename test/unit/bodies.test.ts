import { chord } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/base/errors.ts';
import type { TaskError } from '../../src/base/stored-error.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { gather, type Member } from '../../src/protocol/gather.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import { appWorld } from '../support/app-world.ts';

const as = (item: Partial<TaskItem> | undefined, value = 1): Member => ({ item: item as TaskItem | undefined, value });
const BROKEN: TaskError = { name: 'RangeError', message: 'broken' };

describe('what a body gets', () => {
  it.each([
    ['a failure', as({ state: 'FAILURE', error: BROKEN }), 'FAILURE', 'RangeError: broken'],
    [
      'one that was ignored',
      as({ state: 'IGNORED' }),
      'IGNORED',
      'TaskIgnoredError: the member ended by Ignore, without a result',
    ],
    ['one that is not stored', as(undefined), 'PENDING', 'BarrierMissingError: the member is not stored any more'],
    [
      'one that was forgotten',
      as({ state: 'SUCCESS', forgotten: true }),
      'SUCCESS',
      'BarrierMissingError: the result of the member was forgotten',
    ],
    [
      'one that runs again',
      as({ state: 'STARTED', error: BROKEN }),
      'STARTED',
      'Error: the member is STARTED: it runs again',
    ],
    [
      'one that is to be retried',
      as({ state: 'RETRY', error: BROKEN }),
      'RETRY',
      'Error: the member is RETRY: it runs again',
    ],
  ])('says of %s why it has no result', (_what, member, state, error) => {
    expect(gather('g', [as({ state: 'SUCCESS' }), member], undefined)).toMatchObject({
      kind: 'failed',
      count: 1,
      failures: [{ index: 1, id: 'g.1', state, error }],
    });
  });

  it('has a failure for a forgotten member where failures are borne, never a value that is none', () => {
    const members = [as({ state: 'SUCCESS' }), as({ state: 'SUCCESS', forgotten: true }, 0)];
    const gathered = gather('g', members, 'settle');
    expect(gathered).toMatchObject({
      list: [{ status: 'SUCCESS', value: 1 }, { error: { name: 'BarrierMissingError' } }],
    });
    expect(gather('g', members, { maxFailures: 0 })).toMatchObject({ kind: 'failed', count: 1 });
    expect(gather('g', members, { atLeast: 2 })).toMatchObject({ kind: 'failed', count: 1 });
  });
});

describe('a body of whose header a result was forgotten', () => {
  it('does not run', async () => {
    const { app, run, pass, store } = appWorld();
    const member = app.task('member', {}, (n: number) => n);
    const sum = app.task('sum', {}, (list: number[]) => list.length);
    const { id } = await run(async () => {
      const sent = await chord([member.s(1), member.s(2).set({ countdown: 30 })], sum.s()).applyAsync();
      await pass(5);
      await app.asyncResult(`${sent.id}.0.0`).forget();
      return sent;
    });
    expect(store.items.get(id)).toMatchObject({ state: 'FAILURE', error: { code: 'CHORD' } });
  });
});

describe('a header that is read while the table is throttled', () => {
  it('is read to its end: each read is repeated by itself', async () => {
    let reads = 0;
    const workerPorts = (ports: Ports): Ports => ({
      ...ports,
      backend: {
        ...ports.backend,
        readMembers: (id, leaf) =>
          ++reads % 4 === 0 ? Promise.reject(new ServiceError('throttled')) : ports.backend.readMembers(id, leaf),
      },
    });
    const { app, run, dead } = appWorld({}, { workerPorts });
    const member = app.task('member', {}, () => 1);
    const sum = app.task('sum', {}, (list: number[]) => list.length);
    const members = Array.from({ length: 1_500 }, () => member.s());
    const handle = await run(() => chord(members, sum.s()).applyAsync());
    expect(await run(() => handle.get())).toBe(1_500);
    expect(dead()).toEqual([]);
    expect(reads).toBe(19); // fifteen leaves, four of them twice
  });
});

describe('a header whose results are too large to be put into one list', () => {
  const HALF_A_MB = 'x'.repeat(524_288);
  /** Every result that is read is as large as this. */
  const workerPorts = (ports: Ports): Ports => ({
    ...ports,
    backend: {
      ...ports.backend,
      readMembers: async (id, leaf) => {
        const members = await ports.backend.readMembers(id, leaf);
        return new Map([...members].map(([index, item]) => [index, { ...item, value: HALF_A_MB }]));
      },
    },
  });

  it.each([
    [512, 'SUCCESS'],
    [513, 'FAILURE'],
  ])('ends its body with an error that says what to do: %i of half a megabyte, %s', async (count, state) => {
    const { app, run, store, dead } = appWorld({}, { workerPorts });
    const member = app.task('member', {}, () => '');
    const sum = app.task('sum', {}, (list: string[]) => list.length);
    const members = Array.from({ length: count }, () => member.s());
    const { id } = await run(() => chord(members, sum.s()).applyAsync());
    expect(store.items.get(id)?.state).toBe(state);
    const error = {
      code: 'TOO_LARGE',
      message: expect.stringMatching(/more than 256 MB together; let its members store/),
    };
    if (state === 'FAILURE') expect(store.items.get(id)).toMatchObject({ error });
    expect(dead()).toHaveLength(state === 'FAILURE' ? 1 : 0);
  });

  it('is no trouble to what takes nothing of it', async () => {
    const { app, run, store } = appWorld({}, { workerPorts });
    const member = app.task('member', {}, () => '');
    const after = app.task('after', {}, () => 1);
    const members = Array.from({ length: 513 }, () => member.s());
    const { id } = await run(() => chord(members, after.si()).applyAsync());
    expect(store.items.get(id)).toMatchObject({ state: 'SUCCESS', value: 1 });
  });
});

describe('a chord that asks for more successes than it has members', () => {
  it('is refused where it is built, and says so where only the stream knows', async () => {
    const { app, run } = appWorld();
    const one = app.task('one', {}, () => 1);
    const count = app.task('count', {}, (slots: unknown[]) => slots.length);
    expect(() => chord([one.s(), one.s()], count.s(), { onError: { atLeast: 3 } })).toThrow(
      "`onError.atLeast` must be at most the header's 2 members, got 3",
    );
    function* two() {
      yield one.s();
      yield one.s();
    }
    const handle = await run(() => chord(two(), count.s(), { onError: { atLeast: 3 } }).applyAsync());
    await expect(run(() => handle.get())).rejects.toThrow('0 of 2 members did not succeed, at least 3 have to');
  });
});
