import { chord } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { mulberry32, recorded } from '../../src/memory/choices.ts';
import type { Barrier } from '../../src/ports/barrier.ts';
import { Arrivals } from '../../src/worker/arrivals.ts';
import { appWorld } from '../support/app-world.ts';

const LEAF = { arrived: new Set([0, 1]), failed: new Set<number>() };

/** Arrivals of two records that share a leaf, and how often that was written. */
function arrivalsOfTwo() {
  const writes: (readonly number[])[] = [];
  const arrive: Barrier['arrive'] = async (_at, { children }) => {
    writes.push([...children]);
    return LEAF;
  };
  const arrivals = new Arrivals({ arrive } as Barrier, systemClock);
  arrivals.enter();
  arrivals.enter();
  return { arrivals, writes };
}

const slot = (index: number) => ({ group: 'g', index, size: 2 });

/** What a promise has come to by now. */
async function stateOf(promise: Promise<void>): Promise<string> {
  const ended = promise.then(
    () => 'done',
    (error: Error) => error.message,
  );
  return Promise.race([ended, new Promise<string>((resolve) => setImmediate(() => resolve('waits')))]);
}

describe('members that arrive at one leaf together', () => {
  it('share one write, and end only when one of them has gone on for all', async () => {
    const { arrivals, writes } = arrivalsOfTwo();
    const goingOn = Promise.withResolvers<void>();
    const first = arrivals.arrive(slot(0), false, 0, () => goingOn.promise);
    const second = arrivals.arrive(slot(1), false, 0, () => Promise.reject(new Error('both go on')));
    await stateOf(first);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['waits', 'waits']);
    goingOn.resolve();
    expect([await stateOf(first), await stateOf(second)]).toEqual(['done', 'done']);
    expect(writes).toEqual([[0, 1]]);
  });

  it('all fail where the one that goes on for them does', async () => {
    const { arrivals } = arrivalsOfTwo();
    const onward = () => Promise.reject(new Error('throttled'));
    const both = [arrivals.arrive(slot(0), false, 0, onward), arrivals.arrive(slot(1), false, 0, onward)];
    const states = both.map(stateOf);
    await Promise.all(states);
    expect(await Promise.all(both.map(stateOf))).toEqual(['throttled', 'throttled']);
  });

  it('do not keep the one that goes on from arriving at another leaf meanwhile', async () => {
    const { arrivals, writes } = arrivalsOfTwo();
    const outer = () => arrivals.arrive({ group: 'outer', index: 0, size: 1 }, true, 0, async () => {});
    const both = [arrivals.arrive(slot(0), false, 0, outer), arrivals.arrive(slot(1), false, 0, outer)];
    await Promise.all(both);
    expect(writes).toEqual([[0, 1], [0]]);
  });
});

/** Delivers the first batch twice at a time, as SQS may, and fails the first read of a head. */
function twiceAndThrottled() {
  const left = new Map([
    ['receive', 'delivered-twice'],
    ['readHead', 'failed-before'],
  ]);
  let batches = 0;
  return recorded(mulberry32(1), (_kind, _options, _position, at) => {
    const fault = at && left.get(at.name);
    if (!at || fault === undefined || !at.faults.includes(fault)) return 0;
    if (at.name === 'receive' && batches++ > 0) return 0;
    if (at.name === 'readHead') left.delete('readHead');
    return at.faults.indexOf(fault);
  });
}

describe('a header that was delivered twice at a time', () => {
  it('sends its body although the worker that went on could not', async () => {
    const { app, run, world } = appWorld({}, { choices: twiceAndThrottled() });
    const member = app.task('member', {}, (n: number) => n);
    const sum = app.task('sum', {}, (list: number[]) => list.reduce((all, n) => all + n, 0));
    const handle = await run(() => chord([member.s(1), member.s(2)], sum.s()).applyAsync());
    expect(world.coverage.get('receive: delivered-twice')).toBe(1);
    expect(world.coverage.get('readHead: failed-before')).toBe(1);
    expect(await run(() => handle.get())).toBe(3);
  });
});
