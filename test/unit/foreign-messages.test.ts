import { chord } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { decode } from '../../src/message/codec.ts';
import { isInputJson, isNextJson } from '../../src/message/read-next.ts';
import { appWorld } from '../support/app-world.ts';

const slot = (group: string, index: number, size?: number) => ({
  slot: { group, index, ...(size === undefined ? {} : { size }) },
});

/** A chord of three, of which two are not due for a minute. */
function slowChord() {
  const world = appWorld();
  const lists: number[][] = [];
  const member = world.app.task('member', {}, (n: number) => n);
  const sum = world.app.task('sum', {}, (list: number[]) => {
    lists.push(list);
    return list.length;
  });
  const later = (n: number) => member.s(n).set({ countdown: 60 });
  const send = () => chord([member.s(1), later(2), later(3)], sum.s()).applyAsync();
  return { ...world, lists, send };
}

describe('a message from elsewhere', () => {
  it('that says another size than its group has fires nothing', async () => {
    const { run, pass, put, lists, send, store } = slowChord();
    const handle = await run(async () => {
      const sent = await send();
      await pass(5);
      put({ task: 'member', args: [1], id: 'foreign', next: slot(`${sent.id}.0`, 0, 1) });
      await pass(5);
      expect(store.items.get('foreign')).toMatchObject({ state: 'SUCCESS' });
      expect(store.items.get(sent.id)).toBeUndefined();
      return sent;
    });
    expect(lists).toEqual([[1, 2, 3]]);
    expect(await run(() => handle.get())).toBe(3);
  });

  it.each([
    ['fewer', 2],
    ['more', 5_000],
  ])('whose input says %s members than its group has fails, and reads none of them', async (_than, size) => {
    const { run, pass, put, send, store, dead, world } = slowChord();
    await run(async () => {
      const { id } = await send();
      await pass(120);
      put({ task: 'sum', id: 'foreign', input: { group: `${id}.0`, size, take: 'list' } });
      await pass(5);
    });
    expect(store.items.get('foreign')).toMatchObject({ state: 'FAILURE', error: { code: 'BARRIER_MISSING' } });
    expect(dead()).toMatchObject([{ message: { id: 'foreign' } }]);
    expect(world.coverage.get('readMembers: none')).toBe(1); // of the chord's own body
  });

  it('whose input is of a group that is not there fails', async () => {
    const { run, put, store, app } = appWorld();
    app.task('sum', {}, (list: number[]) => list.length);
    put({ task: 'sum', id: 'foreign', input: { group: 'g', size: 1_000_000, take: 'list' } });
    await run(async () => {});
    expect(store.items.get('foreign')).toMatchObject({
      error: { code: 'BARRIER_MISSING', message: 'group g is not stored any more' },
    });
  });

  it('that asks for what no group can be is unreadable', async () => {
    const { run, put, dead, app, store } = appWorld();
    app.task('sum', {}, (list: number[]) => list.length);
    put({ task: 'sum', id: 'x', input: { group: 'g', size: 5_000_000_000, take: 'list' } });
    put({ task: 'sum', id: 'y', args: [[]], next: slot('g\ud800', 0, 1) });
    await run(async () => {});
    expect([store.items.size, store.queue('default-dlq').messages.length]).toEqual([0, 2]);
    expect(() => dead()).toThrow('`input` must be');
  });

  it('may have an id, a root and a copy of its own, and is one task however often it comes', async () => {
    const body = JSON.stringify({ task: 'sum', id: 'a.1', root: 'a', copy: 'c' });
    expect(decode(body, 'sqs')).toMatchObject({ id: 'a.1', root: 'a', copy: 'c' });
  });
});

describe('what follows from a message', () => {
  const long = 'x'.repeat(201);
  it.each([
    ['a place in a group of a thousand million', slot('g', 999_999_999), true],
    ['a place beyond', slot('g', 1_000_000_000), false],
    ['a place behind its group’s size', slot('g', 2, 2), false],
    ['a size beyond', slot('g', 0, 1_000_000_000), false],
    ['a place before the first', slot('g', -1), false],
    ['half a place', slot('g', 0.5), false],
    ['a group whose members’ ids fit a key', slot('x'.repeat(188), 0), true],
    ['one whose members’ ids do not', slot('x'.repeat(189), 0), false],
    ['a group that is no id', slot('g#1', 0), false],
    ['a chain that is no id', { frames: [{ id: 'a b', path: 'p', at: 1, length: 2, stepsKey: 'k' }] }, false],
    ['a chain with a long id', { frames: [{ id: long, path: 'p', at: 1, length: 2, stepsKey: 'k' }] }, false],
    [
      'a chain whose rest is stored',
      { frames: [{ id: 'a', path: 'p', at: 1, length: 2, stepsKey: 'steps#a#1' }] },
      true,
    ],
    ['a chain with a key that is none', { frames: [{ id: 'a', path: 'p', at: 1, length: 2, stepsKey: 'k\n' }] }, false],
    ['fewer steps than are left', { frames: [{ id: 'a', path: 'p', at: 1, length: 3, steps: [] }] }, false],
    ['a field of later', { more: 1 }, false],
  ])('is read: %s', (_what, next, allowed) => {
    expect(isNextJson(next)).toBe(allowed);
  });

  it.each([
    [{ result: 'a.0' }, true],
    [{ result: 'a b' }, false],
    [{ result: long }, false],
    [{ group: 'g', size: 0, take: 'list' }, true],
    [{ group: 'g', size: 999_999_999, take: 'nothing', onError: 'settle' }, true],
    [{ group: 'g', size: 1_000_000_000, take: 'list' }, false],
    [{ group: 'x'.repeat(189), size: 1, take: 'list' }, false],
    [{ group: 'g', size: 1, take: 'all' }, false],
    [{ group: 'g', size: 1, take: 'list', onError: { atLeast: 1, maxFailures: 1 } }, false],
  ])('is read before its arguments: %j', (input, allowed) => {
    expect(isInputJson(input)).toBe(allowed);
  });
});

describe('a group whose promise this code cannot read', () => {
  it('keeps its last member’s message until code comes that can', async () => {
    const { app, run, put, store, pass, world } = appWorld();
    app.task('member', {}, () => 1);
    app.task('sum', {}, (list: number[]) => list.length);
    const step = { kind: 'task', task: 'sum', args: [], options: { ofLater: 1 } };
    const frame = { id: 'w', path: 'w', at: 1, length: 2 };
    const head = { group: 'w.0', size: 1, firedRound: 0, expiresAtMs: world.nowMs + 86_400_000 };
    store.barriers.open({ ...head, next: { frames: [{ ...frame, steps: [step] }] } }, world.nowMs);
    put({ id: 'w.0.0', root: 'w', task: 'member', next: slot('w.0', 0, 1) });
    await run(async () => {
      await pass(300);
      expect(store.items.get('w.0.0')).toMatchObject({ state: 'SUCCESS' });
      expect(store.queue('default').messages).toHaveLength(1);
      // newer code, which reads it
      const promise = { frames: [{ ...frame, steps: [{ ...step, options: {} }] }] };
      store.barriers.heads.set('w.0', { ...head, next: promise });
      await pass(120);
    });
    expect(store.items.get('w')).toMatchObject({ state: 'SUCCESS', value: 1 });
  });
});
