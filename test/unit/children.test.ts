import { GetInsideTaskError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { currentTask, type TaskScope } from '../../src/client/scope.ts';
import { MESSAGE_DEFAULTS, type Message } from '../../src/message/message.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { connected } from '../support/connected.ts';

const PARENT: Message = {
  ...MESSAGE_DEFAULTS,
  id: 'parent',
  copy: 'c',
  task: 'parent',
  root: 'root',
  hops: 3,
  round: 2,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

function scopeOf(ports: Ports, change: Partial<TaskScope> = {}): TaskScope {
  return {
    ports,
    message: PARENT,
    attempt: 0,
    again: false,
    sends: new Set(),
    calls: new Map(),
    closed: false,
    ...change,
  };
}

function setUp(carry?: Parameters<typeof connected>[1]) {
  const { app, ports, lying } = connected({ queues: { default: {}, other: {} } }, carry);
  const child = app.task('child', {}, (n: number) => n);
  const runIn = <T>(body: () => Promise<T>, change?: Partial<TaskScope>) =>
    currentTask.run(scopeOf(ports, change), body);
  return { app, ports, lying, child, runIn };
}

const fails = async (): Promise<never> => {
  throw new Error('the network is gone');
};

describe('a task that is sent inside a task', () => {
  it('is its child', async () => {
    const { child, lying, runIn } = setUp();
    await runIn(() => child.delay(1));
    const { traceparent, round, root } = PARENT;
    expect(lying()[0]?.message).toMatchObject({ parent: 'parent', root, hops: 4, round, again: false, traceparent });
  });

  it('may be there already if its parent was delivered before', async () => {
    const { child, lying, runIn } = setUp();
    await runIn(() => child.delay(1), { again: true });
    expect(lying()[0]?.message.again).toBe(true);
  });

  it('has the same id in a redelivered parent, whatever the order of the calls', async () => {
    const { child, runIn } = setUp();
    const idsOf = async (numbers: number[]) =>
      (await runIn(() => Promise.all(numbers.map((n) => child.delay(n))))).map(({ id }) => id);
    const [one, two, secondTwo] = await idsOf([1, 2, 2]);
    expect(await idsOf([2, 1, 2])).toEqual([two, one, secondTwo]);
    expect(new Set([one, two, secondTwo]).size).toBe(3);
  });

  it('has another id in another attempt, round, generation or parent, and for another call', async () => {
    const { app, child, runIn } = setUp();
    const ids = [
      await runIn(() => child.delay(1)),
      await runIn(() => child.delay(1), { attempt: 1 }),
      await runIn(() => child.delay(1), { message: { ...PARENT, round: 3 } }),
      await runIn(() => child.delay(1), { message: { ...PARENT, generation: 1 } }),
      await runIn(() => child.delay(1), { message: { ...PARENT, id: 'other' } }),
      await runIn(() => child.applyAsync([1], { countdown: 5 })),
      await runIn(() => child.applyAsync([1], { headers: { a: 'b' } })),
      await runIn(() => app.sendTask('other', [1])),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the same id on another queue, and for options in another order', async () => {
    const { child, runIn } = setUp();
    const ids = [
      await runIn(() => child.applyAsync([1], { countdown: 5, headers: { a: 'b' } })),
      await runIn(() => child.applyAsync([1], { headers: { a: 'b' }, countdown: 5, queue: 'other' })),
    ].map(({ id }) => id);
    expect(ids[1]).toBe(ids[0]);
  });

  it('leaves by the ports of its worker', async () => {
    const { child, lying } = setUp();
    const elsewhere = connected({ queues: { default: {}, other: {} } });
    await currentTask.run(scopeOf(elsewhere.ports), () => child.delay(1));
    expect([lying().length, elsewhere.lying().length]).toEqual([0, 1]);
  });

  it('is waited for by the worker until it has left', async () => {
    const { child, ports } = setUp();
    const scope = scopeOf(ports);
    const sending = currentTask.run(scope, () => child.delay(1));
    expect(scope.sends.size).toBe(1);
    await sending;
    expect(scope.sends.size).toBe(0);
  });
});

describe('a send inside a task that fails', () => {
  it('is left for the worker to find if nobody looks at it', async () => {
    const { child, ports } = setUp();
    const scope = scopeOf(ports);
    void currentTask.run(scope, () => child.delay(new Date() as never));
    await expect(Promise.all(scope.sends)).rejects.toThrow('args[0] is a Date');
  });

  it('is the business of the task if it looks', async () => {
    const { child, ports } = setUp();
    const scope = scopeOf(ports);
    await currentTask.run(scope, async () => {
      await expect(child.delay(new Date() as never)).rejects.toThrow();
      await expect(Promise.all([child.delay(new Date() as never)])).rejects.toThrow();
      const handled = child.delay(new Date() as never).catch(() => 'handled');
      const late = child.delay(new Date() as never);
      await handled;
      expect(scope.sends.size).toBe(1);
      await expect(late).rejects.toThrow();
    });
    expect(scope.sends.size).toBe(0);
  });
});

describe('get inside a task', () => {
  it('is refused, for it would block a worker on another', async () => {
    const { app, runIn } = setUp(fails);
    await expect(runIn(() => app.asyncResult('id').get())).rejects.toThrow(GetInsideTaskError);
  });
});
