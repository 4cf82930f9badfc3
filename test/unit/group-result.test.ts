import { BarrierMissingError, NotReadyError, TaskIgnoredError, TimeoutError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { storeError } from '../../src/base/stored-error.ts';
import type { MemberReport } from '../../src/canvas/handle.ts';
import { asyncResult } from '../../src/client/async-result.ts';
import { groupOf } from '../../src/client/group.ts';
import { groupResult } from '../../src/client/group-result.ts';
import { Planted } from '../support/plant-canvas.ts';

class Boom extends Error {
  override name = 'E';
}

/** A group `g` of which the sender knows the size, unless it is a stream or made of an id. */
function setUp(size?: number) {
  const planted = new Planted();
  const { ports } = planted;
  const group = groupResult<readonly unknown[]>(
    'g',
    () => ports,
    size === undefined ? {} : { group: groupOf('g', size) },
  );
  if (size !== undefined) planted.head('g', size);
  const { run } = planted;
  return { planted, group, run: run.bind(planted) };
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe('a group that has ended', () => {
  it('gives the results in the order of its members', async () => {
    const { planted, group, run } = setUp(3);
    for (const index of [2, 0, 1]) planted.succeed('g', index, 3, index * 10);
    expect(await run(() => group.get())).toEqual([0, 10, 20]);
    expect(await run(() => group.read())).toMatchObject({ state: 'SUCCESS', value: [0, 10, 20], retries: 0 });
    expect(await run(() => group.state())).toBe('SUCCESS');
    expect(await run(() => group.result())).toEqual([0, 10, 20]);
  });

  it('90: throws the error of the member that failed', async () => {
    const { planted, group, run } = setUp(3);
    planted.succeed('g', 0, 3, 2);
    planted.failMember('g', 1, 3, new Boom('boom'));
    planted.succeed('g', 2, 3, 4);
    await expect(run(() => group.get())).rejects.toMatchObject({ name: 'E', message: 'boom' });
    expect(await run(() => group.read())).toMatchObject({ state: 'FAILURE', error: { message: 'boom' } });
  });

  it('91: puts the errors into the list when they are not to be thrown, and counts', async () => {
    const { planted, group, run } = setUp(3);
    planted.succeed('g', 0, 3, 2);
    planted.failMember('g', 1, 3, new Boom('boom'));
    planted.succeed('g', 2, 3, 4);
    expect(await run(() => group.get({ propagate: false }))).toEqual([2, expect.objectContaining({ name: 'E' }), 4]);
    const states = await run(async () => [
      await group.ready(),
      await group.successful(),
      await group.failed(),
      await group.waiting(),
      await group.completedCount(),
    ]);
    expect(states).toEqual([true, false, true, false, 2]);
  });

  it('has no members and is done at once if it is empty', async () => {
    const { group, run } = setUp(0);
    expect(await run(() => group.get())).toEqual([]);
    expect(await run(async () => [await group.ready(), await group.successful(), await group.failed()])).toEqual([
      true,
      true,
      false,
    ]);
    expect(await run(() => all(group))).toEqual([]);
    expect(await run(() => all(group.members()))).toEqual([]);
    expect(await run(() => group.read())).toMatchObject({ state: 'SUCCESS', value: [] });
  });

  it('is known by its id alone, as a task is', async () => {
    const { planted, run } = setUp(2);
    const byId = asyncResult('g', () => planted.ports);
    expect(await run(() => byId.state())).toBe('PENDING');
    planted.succeed('g', 0, 2);
    planted.succeed('g', 1, 2);
    expect(await run(() => byId.read())).toMatchObject({ state: 'SUCCESS', value: [0, 1] });
    expect(await run(() => byId.get())).toEqual([0, 1]);
    expect((await run(() => all(byId.members()))).map(({ id }) => id)).toEqual(['g.0', 'g.1']);
  });

  it('tells when its first member began and its last one ended', async () => {
    const { planted, group, run } = setUp(2);
    planted.succeed('g', 0, 2);
    planted.item('g.1', { startedAtMs: planted.nowMs - 5_000, doneAtMs: planted.nowMs + 7 });
    planted.arrive('g', 1, 2, false);
    const [startedAt, dateDone] = [new Date(planted.nowMs - 5_000), new Date(planted.nowMs + 7)];
    expect(await run(() => group.read())).toMatchObject({ startedAt, dateDone });
    expect(await run(() => group.dateDone())).toEqual(dateDone);
  });

  it('gives a value that stands by itself', async () => {
    const { planted, group, run } = setUp(1);
    planted.item('g.0', { valueKey: 'value#g.0' });
    planted.payload('value#g.0', '{"large":true}');
    planted.arrive('g', 0, 1, false);
    expect(await run(() => group.get())).toEqual([{ large: true }]);
    expect(await run(() => asyncResult('g.0', () => planted.ports, { kind: 'task' }).get())).toEqual({ large: true });
  });

  it('says that a result is not stored any more', async () => {
    const { planted, group, run } = setUp(2);
    planted.succeed('g', 0, 2);
    planted.succeed('g', 1, 2);
    await run(() => group.forget());
    await expect(run(() => group.get())).rejects.toThrow(BarrierMissingError);
    expect(await run(() => group.state())).toBe('PENDING');
  });

  it('throws that a member was ignored', async () => {
    const { planted, group, run } = setUp(1);
    planted.item('g.0', { state: 'IGNORED' });
    planted.arrive('g', 0, 1, true);
    await expect(run(() => group.get())).rejects.toThrow(TaskIgnoredError);
  });
});

describe('waiting for a group', () => {
  it('waits for all, and reads members only then', async () => {
    const { planted, group, run } = setUp(250);
    for (let index = 0; index < 250; index++) {
      planted.after(index / 5, () => planted.succeed('g', index, 250));
    }
    const list = await run(() => group.get());
    expect(list).toEqual([...Array(250).keys()]);
    expect(planted.requests('readMembers')).toBe(3);
    expect(planted.requests('readNodes')).toBeLessThan(60);
    expect(planted.nodesRead()).toBeLessThan(60);
    expect(planted.requests('read')).toBe(0);
  });

  it('ends as soon as it is certain which member is the first that failed', async () => {
    const { planted, group, run } = setUp(4);
    planted.failMember('g', 2, 4, new Boom('third'));
    planted.after(5, () => planted.succeed('g', 0, 4));
    planted.after(10, () => planted.failMember('g', 1, 4, new Boom('second')));
    const startMs = planted.nowMs;
    await expect(run(() => group.get())).rejects.toThrow('second');
    expect(planted.nowMs - startMs).toBeGreaterThanOrEqual(10_000);
    expect(await run(() => group.waiting())).toBe(true);
  });

  it('waits for a member that runs again after a redrive', async () => {
    const { planted, group, run } = setUp(1);
    planted.failMember('g', 0, 1, new Boom('once'));
    planted.item('g.0', { state: 'STARTED', round: 1 });
    planted.after(3, () => planted.succeed('g', 0, 1, 'again'));
    expect(await run(() => group.get())).toEqual(['again']);
  });

  it('181: gives up at its timeout', async () => {
    const { planted, group, run } = setUp(2);
    planted.succeed('g', 0, 2);
    await expect(run(() => group.get({ timeout: 1 }))).rejects.toThrow(TimeoutError);
    await expect(run(() => group.get({ timeout: 1 }))).rejects.toThrow('group g has not ended within 1');
  });

  it('gets the error of what stood before it, if that has ended badly and it never began', async () => {
    const planted = new Planted();
    const { ports } = planted;
    const group = groupResult('w.1', () => ports, { group: groupOf('w.1', 2) });
    planted.after(3, () => planted.mark('w.1', new Boom('before'), 'w.0'));
    await expect(planted.run(() => group.get())).rejects.toThrow('before');
    expect(await planted.run(() => group.get({ propagate: false }))).toMatchObject([
      { message: 'before' },
      { message: 'before' },
    ]);
    expect(await planted.run(() => group.state())).toBe('FAILURE');
    expect(await planted.run(async () => [await group.ready(), await group.failed()])).toEqual([true, true]);
    expect(await planted.run(() => asyncResult('w.1.0', () => ports).state())).toBe('FAILURE');
    const states = (await planted.run(() => all(group.members()))).map(({ state }) => state);
    expect(states).toEqual(['FAILURE', 'FAILURE']);
  });

  it('reads nothing of members that nobody asks for while it counts them', async () => {
    const { planted, group, run } = setUp(300);
    for (let index = 0; index < 150; index++) planted.succeed('g', index, 300);
    planted.failMember('g', 200, 300, new Boom('boom'));
    expect(await run(() => group.completedCount())).toBe(150);
    expect(await run(() => group.failed())).toBe(true);
    expect(planted.requests('readMembers')).toBe(0);
  });
});

describe('a stream of unknown size', () => {
  it('says so until it is closed', async () => {
    const { planted, group, run } = setUp();
    planted.head('g');
    planted.succeed('g', 0, undefined);
    expect(() => group.results.length).toThrow(NotReadyError);
    expect(await run(() => group.ready())).toBe(false);
    expect(await run(() => group.completedCount())).toBe(1);
    expect((await run(() => all(group.members()))).map(({ index }) => index)).toEqual([0]);
    planted.head('g', 2);
    planted.succeed('g', 1, 2);
    expect(await run(() => group.ready())).toBe(true);
    expect(group.results.map(({ id }) => id)).toEqual(['g.0', 'g.1']);
  });

  it('is waited for all the same', async () => {
    const { planted, group, run } = setUp();
    planted.head('g');
    for (let index = 0; index < 120; index++) planted.after(index / 10, () => planted.succeed('g', index, undefined));
    planted.after(20, () => planted.head('g', 120));
    expect(await run(() => group.get())).toHaveLength(120);
    expect(await run(() => all(group))).toHaveLength(120);
  });
});

describe('each result as it comes in', () => {
  it('gives them in the order of their ends', async () => {
    const { planted, group, run } = setUp(3);
    planted.after(30, () => planted.succeed('g', 0, 3, 'slow'));
    planted.after(10, () => planted.succeed('g', 2, 3, 'fast'));
    planted.after(20, () => planted.succeed('g', 1, 3, 'middle'));
    expect(await run(() => all(group))).toEqual(['fast', 'middle', 'slow']);
  });

  it('throws when one comes in that failed', async () => {
    const { planted, group, run } = setUp(3);
    planted.after(10, () => planted.succeed('g', 2, 3));
    planted.after(20, () => planted.failMember('g', 1, 3, new Boom('boom')));
    const got: unknown[] = [];
    const reading = run(async () => {
      for await (const value of group) got.push(value);
    });
    await expect(reading).rejects.toThrow('boom');
    expect(got).toEqual([2]);
  });

  it('gives a large group a leaf at a time, in few requests', async () => {
    const { planted, group, run } = setUp(25_000);
    for (let index = 0; index < 25_000; index++) planted.succeed('g', index, 25_000);
    let sum = 0;
    await run(async () => {
      for await (const value of group) sum += value as number;
    });
    expect(sum).toBe((25_000 * 24_999) / 2);
    expect(planted.requests('readMembers')).toBe(250);
    expect(planted.requests('readNodes')).toBe(3);
  });
});

describe('handles and reports of members', () => {
  it('makes no handle before it is asked for', () => {
    const { group } = setUp(100_000);
    const { results } = group;
    expect(results.length).toBe(100_000);
    expect(results[99_999]?.id).toBe('g.99999');
    expect(results[100_000]).toBeUndefined();
    expect(results.slice(2, 4).map(({ id }) => id)).toEqual(['g.2', 'g.3']);
    expect(Array.isArray(results)).toBe(true);
    expect(() => (results as unknown[]).push(1)).toThrow(TypeError);
    expect(group.children).toBe(results);
    expect(JSON.stringify(group)).toBe('{"id":"g"}');
  });

  it('tells of each member what is stored, and stops reading when nobody asks any more', async () => {
    const { planted, group, run } = setUp(1_000);
    planted.succeed('g', 0, 1_000);
    planted.item('g.1', { state: 'RETRY', attempt: 2, error: storeError(new Boom('busy')) });
    const first = await run(async () => {
      const reports: MemberReport[] = [];
      for await (const report of group.members()) if (reports.push(report) === 3) break;
      return reports;
    });
    const now = planted.nowMs;
    expect(first).toEqual([
      {
        index: 0,
        id: 'g.0',
        task: 'add',
        state: 'SUCCESS',
        retries: 0,
        startedAt: new Date(now - 1_000),
        dateDone: new Date(now),
      },
      { index: 1, id: 'g.1', task: 'add', state: 'RETRY', retries: 2, startedAt: undefined, dateDone: undefined },
      { index: 2, id: 'g.2', task: undefined, state: 'PENDING', retries: 0, startedAt: undefined, dateDone: undefined },
    ]);
    expect(planted.requests('readMembers')).toBeLessThanOrEqual(4);
  });

  it('revokes the group by its id, which is the beginning of every member', async () => {
    const { planted, group, run } = setUp(2);
    await run(() => group.revoke());
    expect(planted.store.revocations).toMatchObject([{ id: 'g' }]);
    expect(await run(() => group.state())).toBe('PENDING');
  });

  it('forgets the members, once all have ended', async () => {
    const { planted, group, run } = setUp(2);
    planted.succeed('g', 0, 2);
    await expect(run(() => group.forget())).rejects.toThrow(NotReadyError);
    planted.succeed('g', 1, 2);
    await run(() => group.forget());
    expect(planted.store.items.get('g.1')?.forgotten).toBe(true);
  });
});
