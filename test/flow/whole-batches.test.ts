import { describe, expect, it } from 'vitest';
import type { Ports } from '../../src/ports/ports.ts';
import type { LogLine } from '../../src/ports/telemetry.ts';
import { type AppWorldOptions, appWorld } from '../support/app-world.ts';

const HOUR = 3_600;

/** An app with a task that fails once and one that does not, on a mapping that reads no answer unless it is said to. */
function onWrongMapping({ looking = true, ...options }: AppWorldOptions & { readonly looking?: boolean } = {}) {
  const looks: string[] = [];
  const lines: LogLine[] = [];
  const noting = (ports: Ports): Ports => ({
    ...ports,
    telemetry: { ...ports.telemetry, log: (line) => void lines.push(line) },
  });
  const mapping = async (arn: string) => {
    looks.push(arn);
    return false;
  };
  const world = appWorld(
    {},
    {
      wholeBatches: true,
      ...(looking ? { mapping } : {}),
      workerPorts: noting,
      ...options,
    },
  );
  const runs: string[] = [];
  const steady = world.app.task('steady', { ignoreResult: true }, (name: string) => void runs.push(name));
  const flaky = world.app.task('flaky', { autoretryFor: [Error], defaultRetryDelay: 10 }, (name: string) => {
    runs.push(name);
    if (runs.filter((each) => each === name).length === 1) throw new Error('once');
    return name;
  });
  /** As one batch. */
  const both = () => Promise.all([flaky.delay('flaky'), steady.delay('a'), steady.delay('b')]);
  return { ...world, looks, lines, runs, steady, flaky, both };
}

describe('a mapping that does not report partial batch failures', () => {
  it('loses a retry where nobody looks: so it does in this world', async () => {
    const { run, both, runs, store } = onWrongMapping({ looking: false });
    const [{ id }] = await run(both);
    expect(runs).toEqual(['flaky', 'a', 'b']);
    expect(store.items.get(id)?.state).toBe('RETRY');
    expect(store.queue('default').messages).toEqual([]);
  });

  it('loses nothing where a worker looks, in its very first batch, and runs nothing twice that is done', async () => {
    const { run, both, runs, looks, store } = onWrongMapping();
    const [{ id }] = await run(both);
    expect(runs).toEqual(['flaky', 'a', 'b', 'flaky']);
    expect(store.items.get(id)).toMatchObject({ state: 'SUCCESS', value: 'flaky' });
    expect(looks).toHaveLength(1);
  });

  it('is told once as an error that says what it means and what to do', async () => {
    const { run, both, lines } = onWrongMapping();
    await run(both);
    const errors = lines.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toMatch(/queue "default".*delete what failed.*FunctionResponseTypes.*deploy/s);
  });

  it('is known to every other environment without a look of its own, also after a cold start', async () => {
    const { run, pass, both, runs, looks, killWorkers } = onWrongMapping();
    await run(async () => {
      await both();
      await pass(60);
      killWorkers();
      runs.length = 0;
      await both();
    });
    expect(runs).toEqual(['flaky', 'a', 'b', 'flaky']);
    expect(looks).toHaveLength(1);
  });

  it('is known at once to the environment that has looked, before it looks for orders again', async () => {
    const { run, pass, flaky, runs, looks } = onWrongMapping();
    await run(async () => {
      await flaky.delay('first');
      await pass(1);
      await flaky.delay('second');
    });
    expect(runs.sort()).toEqual(['first', 'first', 'second', 'second']);
    expect(looks).toHaveLength(1);
  });

  it('settles again what could not be deleted', async () => {
    const { run, both, runs, store } = onWrongMapping({
      workerPorts: (ports) => ({
        ...ports,
        broker: { ...ports.broker, delete: () => Promise.reject(new Error('no answer')) },
      }),
    });
    const [flaky, plain] = await run(both);
    expect(store.queue('default').messages).toEqual([]);
    expect(runs.filter((name) => name === 'flaky')).toHaveLength(2);
    expect(store.items.get(flaky.id)?.state).toBe('SUCCESS');
    // its first success wrote nothing, so it ran a second time, claimed; that one is stored
    expect(runs.filter((name) => name === 'a')).toHaveLength(2);
    expect(store.items.get(plain.id)?.state).toBe('SUCCESS');
  });

  it('holds a paused queue together as well', async () => {
    const { run, pass, both, runs, store, world } = onWrongMapping();
    await run(async () => {
      store.noteQueue('default', () => ({ pausedAtMs: world.nowMs }));
      await both();
      await pass(300);
      expect(runs).toEqual([]);
      store.noteQueue('default', () => ({ pausedAtMs: undefined }));
    });
    expect(runs.sort()).toEqual(['a', 'b', 'flaky', 'flaky']);
  });

  it('is no longer taken for wrong within an hour of its repair', async () => {
    let right = false;
    const { run, pass, both, steady, store } = onWrongMapping({ mapping: async () => right });
    await run(async () => {
      const [{ id }] = await both();
      await pass(120);
      expect(store.items.get(id)?.state).toBe('SUCCESS');
      expect(store.notes.get('default')).toMatchObject({ wholeBatches: true });
      right = true;
      await pass(HOUR + 60);
      await steady.delay('c');
    });
    expect(store.notes.get('default')).toMatchObject({ wholeBatches: false });
  });
});

describe('the look at a mapping', () => {
  it('lets batches fail in part where the mapping is right, and happens once an hour', async () => {
    const looks: number[] = [];
    const { run, pass, both, flaky, seconds, world } = onWrongMapping({
      wholeBatches: false,
      mapping: async () => {
        looks.push(seconds());
        return true;
      },
    });
    await run(async () => {
      await both();
      for (let minute = 0; minute < 125; minute += 5) {
        await pass(300);
        await flaky.delay(`at ${minute}`);
      }
    });
    expect(looks).toHaveLength(3);
    expect(world.timeline.some((line) => line.includes('throws'))).toBe(false);
    const writes = world.timeline.filter((line) => line.includes(' beginCheck '));
    expect(writes).toHaveLength(3); // a look at what is known comes before
  });

  it('that fails costs nothing: not the batch, not a word above debug', async () => {
    const { run, both, runs, lines } = onWrongMapping({
      wholeBatches: false,
      mapping: () => Promise.reject(new Error('AccessDenied')),
    });
    await run(both);
    expect(runs).toEqual(['flaky', 'a', 'b', 'flaky']);
    const told = lines.filter(({ fields }) => JSON.stringify(fields)?.includes('AccessDenied'));
    expect(told.map(({ level }) => level)).toEqual(['debug']);
  });

  it('that failed before anything was found is made again five minutes later, not an hour', async () => {
    const looks: number[] = [];
    const { run, pass, steady, seconds, store } = onWrongMapping({
      mapping: async () => {
        looks.push(seconds());
        if (looks.length === 1) throw new Error('too busy');
        return false;
      },
    });
    await run(async () => {
      for (const name of ['a', 'b', 'c']) {
        await steady.delay(name);
        await pass(200);
      }
      await steady.delay('d');
    });
    expect(looks).toHaveLength(2);
    expect(store.notes.get('default')).toMatchObject({ wholeBatches: true });
  });

  it('that does not answer holds its batch for two seconds at most', async () => {
    const signals: AbortSignal[] = [];
    const { run, steady, seconds, store } = onWrongMapping({
      wholeBatches: false,
      mapping: (_arn, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    await run(() => steady.delay('a'));
    expect(store.queue('default').messages).toEqual([]);
    expect(seconds()).toBe(2);
    expect(signals[0]?.aborted).toBe(true);
  });

  it('is not made by a worker without the construct', async () => {
    const { run, both, store } = onWrongMapping({ wholeBatches: false, looking: false });
    await run(both);
    expect(store.notes.size).toBe(0);
  });

  it('protects the lost queues too: what their function cannot handle now is not deleted', async () => {
    let broken = true;
    const { run, pass, put, store, runs, looks } = onWrongMapping({
      workerPorts: (ports) => ({
        ...ports,
        backend: {
          ...ports.backend,
          read: (id) => (broken ? Promise.reject(new Error('throttled')) : ports.backend.read(id)),
        },
      }),
    });
    await run(async () => {
      put({ task: 'steady', args: ['x'] }, 'default-lost');
      await pass(60);
      expect(store.queue('default-lost').messages).toHaveLength(1);
      broken = false;
    });
    expect(looks.map((arn) => arn.split(':').at(-1))).toEqual(['default-lost', 'default']);
    expect(runs).toEqual(['x']);
  });
});
