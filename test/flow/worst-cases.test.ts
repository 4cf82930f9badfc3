import { createApp } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { scriptedChoices } from '../../src/memory/choices.ts';
import { memoryPorts } from '../../src/memory/memory-ports.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { MAX_BODY_BYTES } from '../../src/message/codec.ts';
import type { SqsEvent } from '../../src/ports/sqs-event.ts';
import { coreOf } from '../../src/task/core-of.ts';
import type { StandardSchema } from '../../src/task/standard-schema.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { appWorld, work } from '../support/app-world.ts';

const reasons = (dead: readonly { readonly attributes: Readonly<Record<string, string>> }[]) =>
  dead.map(({ attributes }) => `${attributes.reason}: ${attributes.errorMessage}`);

describe('user code around a task', () => {
  it('may ask an error what it does not have: the error itself is told, after one run', async () => {
    const { app, run, dead } = appWorld();
    let runs = 0;
    const unsafe = (error: Error) => (error as unknown as { response: { status: number } }).response.status === 503;
    const task = app.task('t', { autoretryFor: [unsafe], throws: [unsafe] as never }, () => {
      runs += 1;
      throw new Error('the real one');
    });
    await run(() => task.delay());
    expect([runs, reasons(dead())]).toEqual([1, ['permanent: the real one']]);
  });

  it('may have a backoff that throws, or throw what has no text', async () => {
    const { app, run, dead } = appWorld();
    const broken = () => {
      throw new Error('no idea');
    };
    const task = app.task('backoff', { autoretryFor: [Error], retryBackoff: broken }, () => {
      throw new Error('the real one');
    });
    const bare = app.task('bare', { throws: [RangeError] }, () => {
      throw Object.create(null);
    });
    await run(() => Promise.all([task.delay(), bare.delay()]));
    expect(reasons(dead()).sort()).toEqual([
      'permanent: a task threw an object that is no Error',
      'permanent: no time for the next attempt: Error: no idea',
    ]);
  });

  it('may have a schema that never answers: the time limit holds for it too', async () => {
    const { app, run, put, dead } = appWorld();
    const never: StandardSchema<[], []> = {
      '~standard': { version: 1, vendor: 'test', validate: () => new Promise(() => {}) },
    };
    app.task('t', { args: never, timeLimit: 2 }, () => null);
    put({ task: 't' });
    await run(async () => {});
    expect(dead().map(({ attributes }) => attributes.reason)).toEqual(['time-limit']);
  });

  it('cannot send once its attempt is over', async () => {
    const { app, run, store } = appWorld();
    let said: unknown;
    const child = app.task('child', {}, () => 1);
    const straggler = app.task('straggler', { timeLimit: 1 }, async () => {
      await work(3);
      await child.delay().catch((error: unknown) => {
        said = error;
      });
      return null;
    });
    const slow = app.task('slow', {}, () => work(8).then(() => null));
    await run(() => Promise.all([straggler.delay(), slow.delay()]));
    expect(said).toMatchObject({ code: 'TASK_ENDED' });
    expect([...store.items.values()].map(({ task }) => task)).not.toContain('child');
  });

  it('cannot ask for a retry further ahead than its attempts are remembered', async () => {
    const { app, run, dead } = appWorld();
    const task = app.task('t', { bind: true }, (self): null => self.retry({ countdown: '30d' }));
    await run(() => task.delay());
    expect(reasons(dead())).toEqual([
      expect.stringContaining('permanent: the next attempt must be at most 14 days ahead'),
    ]);
  });
});

describe('a hung task', () => {
  it('takes its process along even if its end cannot be stored', async () => {
    const app = createApp('hung');
    app.task('t', { timeLimit: 0.05 }, () => new Promise<null>(() => {}));
    const ports = memoryPorts(new MemoryStore(['default']), { clock: systemClock, random: systemRandom });
    const write = () => Promise.reject(new Error('throttled'));
    const failing = { ...ports, backend: { ...ports.backend, write } };
    const endAtMs = systemClock.now() + 1_000;
    await new Promise<void>((exit) => {
      const handler = workerHandler(coreOf(app), { ports: failing, graceMs: 0, physicalPrefix: '', exit });
      void handler(eventOf('{"task":"t"}'), { getRemainingTimeInMillis: () => endAtMs - systemClock.now() });
    });
  });
});

describe('an at-most-once task', () => {
  it('runs once under every single deviation, although its result expires at once', async () => {
    const runOf = async (script: ReadonlyMap<number, number>) => {
      const choices = scriptedChoices(script);
      const { app, run } = appWorld({}, { choices });
      let runs = 0;
      const task = app.task('t', { acksLate: false, resultExpires: 1 }, () => {
        runs += 1;
        return null;
      });
      await run(() => task.delay());
      return { runs, widths: choices.widths };
    };
    const { widths } = await runOf(new Map());
    for (const [position, width] of widths.entries()) {
      for (let choice = 1; choice < width; choice++) {
        expect((await runOf(new Map([[position, choice]]))).runs).toBeLessThanOrEqual(1);
      }
    }
  });
});

describe('large messages', () => {
  const fails = (): null => {
    throw new Error('no');
  };

  it('from elsewhere, too large to be carried on, are dead letters at once', async () => {
    const { app, run, put, dead, seconds } = appWorld();
    app.task('t', {}, fails);
    put({ task: 't', args: ['x'.repeat(1_045_000)] });
    await run(async () => {});
    expect([dead().map(({ attributes }) => attributes.reason), seconds()]).toEqual([['unreadable'], 0]);
  });

  it('as large as a sender may send fit as dead letters and move back', async () => {
    const { app, run, dead, redrive } = appWorld();
    let repaired = false;
    const task = app.task('t', {}, (_text: string) => (repaired ? 'well' : fails()));
    const envelope = 400;
    const handle = await run(() => task.delay('x'.repeat(MAX_BODY_BYTES - envelope)));
    expect(dead().map(({ attributes }) => attributes.reason)).toEqual(['permanent']);
    repaired = true;
    redrive();
    await run(async () => {});
    expect(await run(() => handle.get())).toBe('well');
  });

  it('of progress are refused, and the retry after it is stored', async () => {
    const { app, run } = appWorld();
    const task = app.task('t', { bind: true }, async (self) => self.updateState('HALF', 'x'.repeat(40_000)));
    const handle = await run(() => task.delay());
    expect(await run(() => handle.error())).toMatchObject({ code: 'TOO_LARGE' });
  });
});

describe('limits in a body from elsewhere', () => {
  it('are refused where no timer could keep them', async () => {
    const { app, run, put, store } = appWorld();
    app.task('t', {}, () => 1);
    put({ task: 't', limits: { timeLimitMs: 3_000_000_000 } });
    await run(async () => {});
    expect(store.queue('default-dlq').messages.map(({ attributes }) => attributes.reason)).toEqual(['unreadable']);
  });
});

describe('a revocation', () => {
  it('is seen by a record that begins later in the same invocation', async () => {
    const { app, run, pass } = appWorld(
      { queues: { default: { batchConcurrency: 1 } } },
      { functionTimeoutMs: 300_000 },
    );
    const slow = app.task('slow', {}, () => work(60).then(() => 'done'));
    const [first, second] = await run(async () => {
      const handles = await Promise.all([slow.delay(), slow.delay()]);
      await pass(10);
      await handles[1].revoke();
      return handles;
    });
    expect(await run(() => Promise.all([first.state(), second.state()]))).toEqual(['SUCCESS', 'REVOKED']);
  });

  it('of a task that failed all the same does not outlive its redrive', async () => {
    const { app, run, pass, redrive, dead } = appWorld();
    let repaired = false;
    const task = app.task('t', {}, async () => {
      await work(10);
      if (!repaired) throw new Error('no');
      return 'well';
    });
    const handle = await run(async () => {
      const sent = await task.delay();
      await pass(5);
      await sent.revoke();
      return sent;
    });
    expect(dead()).toHaveLength(1);
    repaired = true;
    await run(() => pass(60));
    redrive();
    await run(async () => {});
    expect(await run(() => handle.get())).toBe('well');
  });
});

describe('children of a tracked task', () => {
  it('cost no more than those of a plain one', async () => {
    const { app, run, world } = appWorld();
    const child = app.task('child', { ignoreResult: true }, (n: number) => n);
    const parent = app.task('parent', { trackStarted: true }, async () => {
      await Promise.all([1, 2, 3].map((n) => child.delay(n)));
    });
    await run(() => parent.delay());
    const writes = [...world.coverage].filter(([what]) => what.startsWith('write')).map(([, times]) => times);
    expect(writes).toEqual([1, 1]); // the parent's own claim and end
  });
});

function eventOf(body: string): SqsEvent {
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '1' };
  const eventSourceARN = 'arn:aws:sqs:x:0:default';
  return { Records: [{ messageId: 'm', receiptHandle: 'r', body, attributes, messageAttributes: {}, eventSourceARN }] };
}
