import { chain, chord } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { ServiceError, TooLargeError } from '../../src/base/errors.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { appWorld } from '../support/app-world.ts';

/** Fails the first so many calls that store something with such a key, and counts all. */
function failing(key: RegExp, times: number, error: Error = new ServiceError('throttled')) {
  const seen = { calls: 0 };
  const fails = (name: string) => key.test(name) && ++seen.calls <= times;
  const clientPorts = (ports: Ports): Ports => ({
    ...ports,
    payloads: {
      ...ports.payloads,
      put: (name, text, untilMs) => (fails(name) ? Promise.reject(error) : ports.payloads.put(name, text, untilMs)),
    },
    barrier: {
      ...ports.barrier,
      open: (head) => (fails(`head#${head.group}`) ? Promise.reject(error) : ports.barrier.open(head)),
    },
  });
  return { seen, clientPorts };
}

function twoSteps(options: ReturnType<typeof failing>) {
  const world = appWorld({}, options);
  const a = world.app.task('a', {}, () => 1);
  const b = world.app.task('b', {}, (n: number, text = '') => n + text.length);
  const sum = world.app.task('sum', {}, (list: number[]) => list.length);
  return { ...world, a, b, sum };
}

describe('a plan that cannot be stored', () => {
  it('is warned about, and nothing waits for it', async () => {
    const options = failing(/^plan#/, 1_000);
    const lines: string[] = [];
    const clientPorts = (ports: Ports): Ports => ({
      ...options.clientPorts(ports),
      telemetry: { ...ports.telemetry, log: ({ level, message }) => void lines.push(`${level}: ${message}`) },
    });
    const { run, a, b, store } = twoSteps({ ...options, clientPorts });
    const handle = await run(() => chain(a.s(), b.s()).applyAsync());
    expect(await run(() => handle.get())).toBe(1);
    expect([...store.payloads.keys()]).toEqual([]);
    expect(lines).toEqual([`warn: plan#${handle.id} is not stored`]);
    expect(options.seen.calls).toBe(1);
  });

  it('does not hold a message back while it is stored', async () => {
    const ports = (given: Ports): Ports => ({
      ...given,
      payloads: {
        ...given.payloads,
        put: async (...of) => {
          await given.clock.sleep(60_000);
          return given.payloads.put(...of);
        },
      },
    });
    const { run, a, b, store, pass } = twoSteps({ ...failing(/x/, 0), clientPorts: ports });
    await run(async () => {
      const sending = chain(a.s(), b.s()).applyAsync();
      await pass(10);
      expect(store.items.size).toBe(2);
      await sending;
    });
    expect([...store.payloads.keys()]).toHaveLength(1);
  });
});

describe('what a launch stores', () => {
  it.each([
    ['the rest of a chain', /^steps#/],
    ['a head', /^head#/],
  ])('is stored with retries: %s', async (_what, key) => {
    const options = failing(key, 4);
    const { run, a, b, sum } = twoSteps(options);
    const canvas = chain(a.s(), b.s('x'.repeat(20_000)), chord([a.si(), a.si()], sum.s()));
    const inFront = chord([a.s()], sum.s()).pipe(canvas as never);
    const handle = await run(() => inFront.applyAsync());
    expect(await run(() => handle.get())).toBe(2);
    expect(options.seen.calls).toBeGreaterThan(4);
  });

  it.each([
    ['the rest of a chain', /^steps#/],
    ['a head', /^head#/],
  ])('is given up after five tries, with nothing sent: %s', async (_what, key) => {
    const options = failing(key, 1_000);
    const { run, a, b, sum, store } = twoSteps(options);
    const canvas = chain(chord([a.s()], sum.s()), b.s('x'.repeat(20_000)));
    await expect(run(() => canvas.applyAsync())).rejects.toMatchObject({ code: 'SERVICE_FAILED' });
    expect([options.seen.calls, store.items.size]).toEqual([5, 0]);
  });

  it('is tried once where it is too large', async () => {
    const options = failing(/^head#/, 1_000, new TooLargeError('the head is too large'));
    const { run, a, sum } = twoSteps(options);
    await expect(run(() => chord([a.s()], sum.s()).applyAsync())).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(options.seen.calls).toBe(1);
  });
});
