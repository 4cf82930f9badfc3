import { chord } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { ServiceError } from '../../src/base/errors.ts';
import { mulberry32, recorded } from '../../src/memory/choices.ts';
import type { Barrier } from '../../src/ports/barrier.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { Arrivals } from '../../src/worker/arrivals.ts';
import { appWorld, work } from '../support/app-world.ts';

const LEAF = { arrived: new Set([0, 1]), failed: new Set<number>() };

/** Arrivals of two records that share a leaf, and how often that was written. */
function arrivalsOfTwo() {
  const writes: (readonly number[])[] = [];
  const arrive: Barrier['arrive'] = async (_at, { children }) => {
    writes.push([...children]);
    return LEAF;
  };
  const arrivals = new Arrivals({ arrive } as Barrier, { ...systemClock, after: () => () => {} });
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

/** The first read of a head fails. */
function throttledOnce() {
  let left = 1;
  const workerPorts = (ports: Ports): Ports => ({
    ...ports,
    barrier: {
      ...ports.barrier,
      readHead: (group) => (left-- > 0 ? Promise.reject(new ServiceError('throttled')) : ports.barrier.readHead(group)),
    },
  });
  return { workerPorts };
}

describe('a header whose last members share an arrival', () => {
  it('sends its body although the one that went on for both failed, and SQS has deleted its message', async () => {
    const { app, run, pass, store } = appWorld({}, throttledOnce());
    const member = app.task('member', {}, (n: number) => n);
    const sum = app.task('sum', {}, (list: number[]) => list.reduce((all, n) => all + n, 0));
    const handle = await run(async () => {
      const sent = await chord([member.s(1), member.s(2)], sum.s()).applyAsync();
      await pass(5);
      // another delivery of it, which had found one of two members, was acknowledged
      const { messages } = store.queue('default');
      messages.splice(
        messages.findIndex(({ body }) => JSON.parse(body).id === `${sent.id}.0.0`),
        1,
      );
      expect(messages).toHaveLength(1);
      await pass(200);
      return sent;
    });
    expect(await run(() => handle.get())).toBe(3);
  });
});

/** The first receive is delivered to two at a time. */
function twice() {
  let receives = 0;
  return recorded(mulberry32(1), (_kind, _options, _position, at) =>
    at?.name === 'receive' && receives++ === 0 ? at.faults.indexOf('delivered-twice') : 0,
  );
}

describe('a message that is delivered to two at a time, in a world', () => {
  it('runs in both, and is deleted for both by the first that is done', async () => {
    const { app, run, store, world, pass } = appWorld({}, { choices: twice() });
    let runs = 0;
    const task = app.task('task', {}, async () => {
      runs += 1;
      await work(runs * 10);
    });
    await run(async () => {
      await task.delay();
      await pass(15);
      expect([runs, store.queue('default').messages.length]).toEqual([2, 0]);
    });
    expect(world.coverage.get('receive: delivered-twice')).toBe(1);
  });
});
