import { readFile } from 'node:fs/promises';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type App, chain, chord, createApp, group, SoftTimeLimitExceeded, sharedTask } from 'celeriac';
import { createTestApp, type Faults, type TestApp, type TestOptions } from 'celeriac/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { connect } from '../../src/client/connection.ts';
import { coreOf } from '../../src/task/core-of.ts';

const open: TestApp[] = [];

/** A test app that is closed at the end of the test. */
function testApp<Q extends string>(app: App<Q>, options?: TestOptions): TestApp<Q> {
  const test = createTestApp(app, options);
  open.push(test);
  return test;
}

afterEach(() => {
  for (const test of open.splice(0)) test.close();
  vi.useRealTimers();
});

const seconds = (test: TestApp) => (test.now.getTime() - Date.UTC(2026, 0, 1)) / 1_000;

describe('time', () => {
  const app = createApp('time', { queues: { default: {}, slow: {} } });
  const ran: string[] = [];
  const mark = app.task('mark', {}, (name: string) => void ran.push(name));
  class Busy extends Error {}
  const busy = app.task('busy', { bind: true, autoretryFor: [Busy], retryBackoff: 60, retryJitter: false }, (self) => {
    if (self.request.retries < 2) throw new Busy('busy');
    return self.request.retries;
  });
  afterEach(() => void ran.splice(0));

  it('sends at once and runs nothing before it is asked to', async () => {
    const test = testApp(app);
    await mark.delay('a');
    await setTimeout(20);
    expect(ran).toEqual([]);
    expect(test.queue('default')).toMatchObject([{ task: 'mark', args: ['a'], receiveCount: 0 }]);
  });

  it('drains what is due and leaves what is due later', async () => {
    const test = testApp(app);
    await mark.delay('now');
    await mark.applyAsync(['later'], { countdown: 60 });
    await test.drain();
    expect([ran, seconds(test)]).toEqual([['now'], 0]);
    expect(test.queue('default')).toMatchObject([{ args: ['later'], dueAt: new Date('2026-01-01T00:01:00Z') }]);
  });

  it('leaves a retry that is due later', async () => {
    const test = testApp(app);
    const handle = await busy.delay();
    await test.drain();
    expect(await handle.read()).toMatchObject({ state: 'RETRY', nextAt: new Date('2026-01-01T00:01:00Z') });
    await test.advance(60);
    expect(await handle.retries()).toBe(2);
    await test.advance(119);
    expect(await handle.state()).toBe('RETRY');
    await test.advance(1);
    expect([await handle.result(), seconds(test)]).toEqual([2, 180]);
  });

  it('runs each thing at its time and stands exactly where it was told to', async () => {
    const test = testApp(app);
    const at: number[] = [];
    const chained = createChained(at, test);
    await chained.applyAsync([3], { countdown: 10 });
    await test.advance('25s');
    expect([at, seconds(test)]).toEqual([[10, 20], 25]);
    await test.advance('1h');
    expect([at, seconds(test)]).toEqual([[10, 20, 30], 3_625]);
  });

  function createChained(at: number[], test: TestApp) {
    const name = `chained.${Math.random()}`;
    const task = app.task(name, {}, async (left: number) => {
      at.push(seconds(test));
      if (left > 1) await app.sendTask(name, [left - 1], { countdown: 10 });
    });
    return task;
  }

  it('finishes when no queue holds anything', async () => {
    const test = testApp(app);
    await mark.applyAsync(['a'], { countdown: '2h' });
    await mark.applyAsync(['b'], { countdown: '3d' });
    await test.finish();
    expect([ran, seconds(test)]).toEqual([['a', 'b'], 3 * 86_400]);
  });

  it('says so when the queues are not empty after a month', async () => {
    const test = testApp(app);
    const daily = app.task('daily', {}, () => app.sendTask('daily', [], { countdown: '1d' }).then(() => null));
    await daily.delay();
    await expect(test.finish()).rejects.toThrow(/not empty after a month.*\nseed 1;/s);
  });

  it('lets time pass for whoever waits for a result', async () => {
    const test = testApp(app);
    const [one, two] = [await mark.applyAsync(['a'], { countdown: 30 }), await busy.delay()];
    expect(await Promise.all([one.get(), two.get()])).toEqual([null, 2]);
    expect(seconds(test)).toBeGreaterThanOrEqual(180);
    expect(seconds(test)).toBeLessThan(185);
  });

  it('ends a wait by its timeout, in virtual time', async () => {
    const test = testApp(app);
    const handle = await mark.applyAsync(['a'], { countdown: '1h' });
    await expect(handle.get({ timeout: '10s' })).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(seconds(test)).toBe(10);
  });

  it('fails a wait that nothing can end', async () => {
    testApp(app);
    await expect(app.asyncResult('nobody').get()).rejects.toThrow(/task nobody is waited for, but no queue holds/);
  });

  it('starts when it is told to', () => {
    expect(testApp(app, { startAt: new Date('2030-05-01T08:00:00Z') }).now.toISOString()).toBe(
      '2030-05-01T08:00:00.000Z',
    );
  });
});

describe('what tasks await', () => {
  const app = createApp('outside');

  it('is waited for in real time, while virtual time stands still', async () => {
    const read = app.task('read', { timeLimit: 5 }, async () => {
      await setImmediate();
      await setTimeout(30);
      const text = await readFile(import.meta.filename, 'utf8');
      await setTimeout(30);
      return text.length > 0;
    });
    const test = testApp(app);
    const handle = await read.delay();
    await test.drain();
    expect([await handle.result(), seconds(test)]).toEqual([true, 0]);
  });

  it('may be mixed with sends, and be a schema', async () => {
    const args = z.tuple([z.int().refine(async (n) => setTimeout(10, n > 0))]);
    const child = app.task('child', { args }, async (n) => n);
    const parent = app.task('parent', { timeLimit: 5 }, async (n: number) => {
      await setTimeout(5);
      await child.delay(n);
      await setTimeout(5);
      await Promise.all([child.delay(n + 1), setTimeout(20)]);
      void child.delay(n + 2);
    });
    const test = testApp(app);
    await Promise.all([1, 2, 3, 4].map((n) => parent.delay(n * 10)));
    await test.drain();
    expect(test.sent(child)).toHaveLength(12);
    expect([test.events().filter(({ kind }) => kind === 'succeeded').length, seconds(test)]).toEqual([16, 0]);
  });

  it('fails the test if it never comes, and names the task', async () => {
    const hang = app.task('hang', {}, () => new Promise<void>(() => {}));
    const test = testApp(app, { patience: '50ms', seed: 7 });
    const { id } = await hang.delay();
    await expect(test.drain()).rejects.toThrow(new RegExp(`hang \\(${id}\\) awaits.*seed 7;.*started hang ${id}`, 's'));
  });

  it('runs into the time limit, in virtual time, if the task has one', async () => {
    const hang = app.task('limited', { timeLimit: '10m' }, () => new Promise<void>(() => {}));
    const test = testApp(app, { patience: '50ms' });
    const handle = await hang.delay();
    await test.drain();
    expect(await handle.error()).toMatchObject({ code: 'TIME_LIMIT_EXCEEDED' });
    expect(test.deadLetters()).toMatchObject([{ task: 'limited', reason: 'time-limit' }]);
    expect(seconds(test)).toBe(600);
  });

  it('takes virtual time by test.sleep', async () => {
    const test = testApp(app);
    let signalled: unknown;
    const soft = app.task('soft', { bind: true, softTimeLimit: 30, timeLimit: 60 }, async (self) => {
      try {
        await test.sleep('2m', self.signal);
      } catch (error) {
        signalled = error;
        return 'cut short';
      }
      return 'whole';
    });
    const handle = await soft.delay();
    await test.drain();
    expect([await handle.result(), seconds(test)]).toEqual(['cut short', 30]);
    expect(signalled).toBeInstanceOf(SoftTimeLimitExceeded);
    await test.sleep('1m');
    expect(seconds(test)).toBe(90);
  });

  it('may go on after the time limit, and is not waited for', async () => {
    const test = testApp(app, { patience: '1h' });
    const stubborn = app.task('stubborn', { bind: true, timeLimit: 5 }, async (self) => {
      await test.sleep('1m', self.signal).catch(() => {});
      await new Promise<void>(() => {});
    });
    const handle = await stubborn.delay();
    await test.drain();
    expect(await handle.error()).toMatchObject({ code: 'TIME_LIMIT_EXCEEDED' });
  });

  it('may be the table, by the context or a handle', async () => {
    const test = testApp(app, { patience: 0 });
    const report = app.task('report', { bind: true }, async (self, id: string) => {
      await self.updateState('HALF', { done: 1 });
      return (await app.asyncResult(id).read()).state;
    });
    const handle = await report.delay('nobody');
    await test.drain();
    expect(await handle.result()).toBe('PENDING');
    expect(test.report()).toMatch(/write:progress/);
  });

  it('works under fake timers of the test', async () => {
    const realTimeout = globalThis.setTimeout;
    const quick = app.task('quick', {}, async () => {
      await new Promise((resolve) => realTimeout(resolve, 80));
      return 'done';
    });
    vi.useFakeTimers();
    const test = testApp(app);
    const handle = await quick.delay();
    await test.drain();
    expect(await handle.get()).toBe('done');
  });

  it('may not let time pass itself', async () => {
    const test = testApp(app);
    const wrong = app.task('wrong', {}, () => test.advance('1h'));
    const handle = await wrong.delay();
    await test.drain();
    expect((await handle.error())?.message).toMatch(/a task is running here/);
  });
});

describe('isolation', () => {
  const app = createApp('isolated', { queues: { default: {}, other: {} } });
  const add = app.task('add', {}, (a: number, b: number) => a + b);

  it('gives each test app a world of its own', async () => {
    const first = testApp(app);
    const handle = await add.delay(1, 2);
    await first.drain();
    const second = testApp(app);
    expect([second.sent(), second.events(), await handle.state()]).toEqual([[], [], 'PENDING']);
    await add.delay(3, 4);
    expect([first.sent().length, second.sent().length]).toEqual([1, 1]);
    await expect(first.drain()).rejects.toThrow('closed');
  });

  it('connects the app as it was before', async () => {
    const test = createTestApp(app);
    test.close();
    test.close();
    vi.stubEnv('CELERIAC_QUEUE_PREFIX', '');
    await expect(add.delay(1, 2)).rejects.toMatchObject({ code: 'CONFIGURATION' });
    vi.unstubAllEnvs();
  });

  it('closes at the end of a block', async () => {
    let left: TestApp | undefined;
    {
      using test = createTestApp(app);
      left = test;
      await add.delay(1, 2);
    }
    await expect(left.drain()).rejects.toThrow('closed');
  });

  it('leaves the app to whoever has connected it since', async () => {
    const test = createTestApp(app);
    const restore = connect(coreOf(app), () => {
      throw new Error('another world');
    });
    test.close();
    await expect(add.delay(1, 2)).rejects.toThrow('another world');
    restore();
  });

  it('ends what still waits', async () => {
    const test = createTestApp(app);
    const waiting = expect(app.asyncResult('x').get()).rejects.toThrow('closed');
    await setImmediate();
    test.close();
    await waiting;
  });

  it('serves shared tasks and every queue', async () => {
    const shared = sharedTask('shared', { queue: 'other' }, () => 'shared');
    app.include({ shared });
    testApp(app);
    expect(await (await shared.delay()).get()).toBe('shared');
  });

  it('ends a task that nobody knows at once', async () => {
    const test = testApp(app);
    await app.sendTask('nobody');
    await test.drain();
    expect(test.deadLetters('default')).toMatchObject([
      { task: 'nobody', reason: 'unknown-task', error: { code: 'UNKNOWN_TASK' } },
    ]);
  });
});

describe('what was sent', () => {
  const app = createApp('sent', { queues: { default: {}, mails: {} } });
  const mail = app.task(
    'mail',
    { queue: 'mails', bind: true, maxRetries: 1 },
    (self, _to: string, _more?: { at: number }) => {
      if (self.request.retries === 0) self.retry({ countdown: 5 });
    },
  );
  const all = app.task('all', {}, (names: string[]) =>
    Promise.all(names.map((name) => mail.delay(name))).then(() => null),
  );

  it('is found by task and arguments, each send once', async () => {
    const test = testApp(app);
    await all.delay(['Ada', 'Bo']);
    await mail.applyAsync(['Cy', { at: 5 }], { countdown: '1h', headers: { tenant: 'x' } });
    await test.finish();
    expect(test.expectSent(mail).map(({ args }) => args[0])).toEqual(['Cy', 'Ada', 'Bo']);
    expect(test.expectSent('mail', ['Cy', { at: expect.any(Number) }])).toMatchObject([
      {
        queue: 'mails',
        headers: { tenant: 'x' },
        sentAt: new Date('2026-01-01T00:00:00Z'),
        dueAt: new Date('2026-01-01T01:00:00Z'),
      },
    ]);
    test.expectNotSent(mail, ['Cy', { at: 6 }]);
    test.expectNotSent(mail, ['Dee']);
    test.expectNotSent(mail, ['Cy', expect.any(String)]);
    expect(test.sent()).toHaveLength(4);
  });

  it('is listed when something else was expected', async () => {
    const test = testApp(app, { seed: 5 });
    expect(() => test.expectSent(mail)).toThrow('mail was not sent; nothing was sent at all');
    await mail.delay('Ada');
    expect(() => test.expectSent(mail, ['Bo'])).toThrow(
      /mail\("Bo"\) was not sent; sent were:\n {2}mail\("Ada"\) {2}to mails.*seed 5;/s,
    );
    expect(() => test.expectNotSent(mail)).toThrow(/mail was sent after all:\n {2}mail\("Ada"\)/);
    expect(() => test.expectSent(all)).toThrow(/all was not sent; sent were:\n {2}mail/);
  });

  it('may come from elsewhere', async () => {
    const test = testApp(app);
    test.enqueue('mails', { task: 'mail', args: ['Ada'] });
    test.enqueue('mails', 'no JSON');
    await test.finish();
    test.expectSent(mail, ['Ada']);
    expect(test.deadLetters('mails')).toMatchObject([{ task: '', reason: 'unreadable' }]);
  });
});

describe('faults', () => {
  const app = createApp('faults', { queues: { default: {}, mails: { batchSize: 2 } } });
  class SmtpError extends Error {
    override name = 'SmtpError';
  }
  const ran: string[] = [];
  const send = app.task(
    'send',
    { queue: 'mails', autoretryFor: [SmtpError], retryBackoff: 1, retryJitter: false, maxRetries: 2, timeLimit: 30 },
    (to: string) => {
      ran.push(to);
      return to;
    },
  );
  afterEach(() => void ran.splice(0));
  const faulty = (faults: Faults, seed = 1) => testApp(app, { faults, seed });

  it('fail the first attempts of a task', async () => {
    const test = faulty({ fail: { send: { attempts: 2, error: new SmtpError('421') } } });
    const handle = await send.delay('Ada');
    await test.finish();
    expect([await handle.retries(), await handle.result(), ran]).toEqual([2, 'Ada', ['Ada']]);
    expect(test.events().filter(({ kind }) => kind === 'retrying')).toHaveLength(2);
  });

  it('fail what is picked by its arguments, until it is redriven', async () => {
    const error = () => new SmtpError('554 no such user');
    const test = faulty({
      fail: { send: { attempts: Number.POSITIVE_INFINITY, error, when: (to: string) => to === 'Bo' } },
    });
    const [ada, bo] = [await send.delay('Ada'), await send.delay('Bo')];
    await test.finish();
    expect([await ada.state(), await bo.state()]).toEqual(['SUCCESS', 'FAILURE']);
    expect(test.deadLetters('mails')).toEqual([
      {
        id: bo.id,
        task: 'send',
        args: ['Bo'],
        queue: 'mails',
        reason: 'exhausted',
        error: { name: 'SmtpError', code: '', message: '554 no such user' },
        attempt: 2,
        round: 0,
      },
    ]);
    expect([test.redrive('mails'), test.deadLetters()]).toEqual([1, []]);
    await test.drain();
    expect([await bo.result(), await bo.retries()]).toEqual(['Bo', 0]);
  });

  it('let a worker die around a step', async () => {
    for (const [crash, runs] of [
      [{ before: 'store' }, 2],
      [{ after: 'store' }, 1],
      [{ before: 'acknowledge' }, 1],
      [{ during: 'send' }, 1],
    ] as const) {
      ran.length = 0;
      const test = faulty({ crash: { ...crash, times: 1 } });
      const handle = await send.delay('Ada');
      await test.drain();
      expect(test.report()).toMatch(/dies/);
      await test.finish();
      expect([crash, await handle.result(), ran.length]).toEqual([crash, 'Ada', runs]);
      expect(seconds(test)).toBe(120);
    }
  });

  it('let poison end as lost', async () => {
    const test = faulty({ crash: { during: 'send', times: Number.POSITIVE_INFINITY } });
    const handle = await send.delay('Ada');
    await expect(handle.get()).rejects.toMatchObject({ code: 'WORKER_LOST' });
    expect(test.deadLetters()).toMatchObject([{ reason: 'worker-lost' }]);
  });

  it('let a body begin late', async () => {
    const test = faulty({ slow: { task: 'send', by: '20s', times: 1 } });
    const [slow, quick] = [await send.delay('Ada'), await send.delay('Bo')];
    await test.drain();
    expect([ran, seconds(test)]).toEqual([['Bo', 'Ada'], 20]);
    expect([await slow.result(), await quick.result()]).toEqual(['Ada', 'Bo']);
  });

  it('let a call take long, or fail', async () => {
    const slow = faulty({ slow: [{ call: 'store', times: 1 }] });
    const handle = await send.delay('Ada');
    await slow.drain();
    expect([await handle.result(), seconds(slow)]).toEqual(['Ada', 20]);

    const refused = faulty({ refuse: { call: 'store', times: 2 } });
    const again = await send.delay('Bo');
    await refused.drain();
    expect([await again.result(), ran]).toEqual(['Bo', ['Ada', 'Bo']]);
    expect(refused.report().match(/write:end .*\[failed-before\]/g)).toHaveLength(2);
  });

  it('deliver twice, the youngest first, or not at all', async () => {
    const twice = faulty({ duplicate: { times: 1 } });
    await send.delay('Ada');
    await twice.finish();
    expect(ran).toEqual(['Ada', 'Ada']);

    const youngest = faulty({ reorder: { times: 1 } });
    ran.length = 0;
    await send.delay('alone');
    await youngest.drain();
    for (const to of ['a', 'b', 'c']) await send.delay(to);
    await youngest.finish();
    expect(ran).toEqual(['alone', 'c', 'a', 'b']);

    const full = faulty({ throttle: { times: 1 } });
    ran.length = 0;
    await send.delay('Ada');
    await full.drain();
    expect(ran).toEqual([]);
    await full.finish();
    expect([ran, seconds(full)]).toEqual([['Ada'], 120]);
  });

  it('let calls overtake each other', async () => {
    const order = async (faults: Faults) => {
      const test = faulty(faults);
      for (const to of ['a', 'b', 'c', 'd', 'e', 'f']) await send.delay(to);
      await test.finish();
      return test.events().flatMap((event) => (event.kind === 'succeeded' ? [event.id] : []));
    };
    const straight = await order({});
    const mixed = await order({ reorder: { probability: 0.5, atMost: 0 } });
    expect(mixed).not.toEqual(straight);
    expect([...mixed].sort()).toEqual([...straight].sort());
  });

  it('happen by chance, the same ones with the same seed', async () => {
    const often = { probability: 0.2 };
    const faults: Faults = {
      crash: [
        { before: 'store', ...often },
        { after: 'send', ...often },
        { before: 'acknowledge', ...often },
      ],
      refuse: [
        { call: 'store', ...often },
        { call: 'read', ...often },
      ],
      slow: { call: 'claim', ...often },
      duplicate: often,
      reorder: often,
      throttle: often,
    };
    const course = async (seed: number) => {
      const test = faulty(faults, seed);
      const handles = await Promise.all(Array.from({ length: 20 }, (_, i) => send.delay(`${i}`)));
      await test.finish();
      return {
        ids: handles.map(({ id }) => id),
        states: await Promise.all(handles.map((h) => h.state())),
        story: test.report(),
        events: test.events(),
      };
    };
    const [one, again, other] = [await course(3), await course(3), await course(4)];
    expect(again).toEqual(one);
    expect(other.story).not.toEqual(one.story);
    expect(other.ids).not.toEqual(one.ids);
    expect(one.states.every((state) => state === 'SUCCESS' || state === 'FAILURE')).toBe(true);
    expect(one.story).toMatch(/dies|\[/);
  });

  it('are refused if they cannot happen', () => {
    const wrong = {
      fail: { sned: { attempts: 0, error: new Error() } },
      crash: [
        { before: 'lunch', times: 1 },
        { after: 'acknowledge', times: 1 },
      ],
      duplicate: { often: 1 },
      meteor: { times: 1 },
    };
    const create = () => createTestApp(app, { faults: wrong as unknown as Faults, seed: -1, sead: 2 } as TestOptions);
    expect(create).toThrow(/no option `sead`/);
    for (const part of [
      /`seed` must be/,
      /no task "sned"; it has send/,
      /attempts must be 1/,
      /crash\[0\].before must be one of claim/,
      /nothing is left to lose/,
      /duplicate must say how often/,
      /no fault `meteor`/,
    ])
      expect(create).toThrow(part);
    expect(create).toThrow(expect.objectContaining({ code: 'CONFIGURATION' }));
  });
});

describe('limits of a function', () => {
  it('are wide enough for the slowest task', async () => {
    const app = createApp('long');
    const long = app.task('long', { timeLimit: '14m' }, () => 'done');
    const test = testApp(app, { faults: { slow: { task: 'long', by: '13m', times: 1 } } });
    const handle = await long.delay();
    await test.drain();
    expect([await handle.result(), seconds(test)]).toEqual(['done', 780]);
  });

  it('kill what takes longer', async () => {
    const app = createApp('killed');
    const long = app.task('long', {}, () => 'done');
    const test = testApp(app, { functionTimeout: 10, faults: { slow: { task: 'long', by: '1m', times: 1 } } });
    const handle = await long.delay();
    await test.drain();
    expect([await handle.state(), seconds(test)]).toEqual(['PENDING', 10]);
    expect([await handle.get(), Math.floor(seconds(test))]).toEqual(['done', 70]);
  });
});

describe('logs', () => {
  it('are kept, with their time', async () => {
    const app = createApp('logs');
    const talk = app.task('talk', { bind: true }, (self) => self.log.info('hello', { n: 1 }));
    const test = testApp(app);
    await talk.delay();
    await test.advance(5);
    expect(test.logs()).toMatchObject([
      { level: 'info', message: 'hello', fields: { n: 1 }, task: 'talk', at: new Date('2026-01-01T00:00:00Z') },
    ]);
  });
});

describe('canvases', () => {
  const app = createApp('canvases', { queues: { default: {}, other: {} } });
  const double = app.task('double', { queue: 'other' }, async (n: number) => setTimeout(2, n * 2));
  const add = app.task('add', {}, (n: number, more: number) => n + more);
  const sum = app.task('sum', { timeLimit: 10 }, (all: number[]) => all.reduce((a, b) => a + b, 0));
  const range = (n: number) => Array.from({ length: n }, (_, i) => i);
  async function* numbers(n: number) {
    for (const i of range(n)) yield double.s(await setTimeout(1, i));
  }
  const spread = app.task('spread', { timeLimit: 10 }, async (n: number) => {
    const body = await chord(numbers(n), sum.s()).applyAsync();
    return body.id;
  });

  it('run through the same worker', async () => {
    const test = testApp(app);
    expect(await (await chain(double.s(1), add.s(3), double.s()).applyAsync()).get()).toBe(10);
    expect(await (await chain(double.s(1), group([add.s(1), add.s(2)])).applyAsync()).get()).toEqual([3, 4]);
    expect(await (await group(range(3).map((n) => double.s(n))).applyAsync()).get()).toEqual([0, 2, 4]);
    expect(
      await (
        await chord(
          range(250).map((n) => double.s(n)),
          sum.s(),
        ).applyAsync()
      ).get(),
    ).toBe(249 * 250);
    expect(test.sent(sum)).toHaveLength(1);
    expect(test.sent().map(({ task }) => task)).not.toContain('celeriac.collect');
    expect(seconds(test)).toBeLessThan(1);
  });

  it('may be streams that read something outside, in the test and in tasks', async () => {
    const test = testApp(app);
    expect(await (await chord(numbers(20), sum.s()).applyAsync()).get()).toBe(380);
    const id = await (await spread.delay(30)).get();
    expect(await app.asyncResult(id).get()).toBe(870);
    expect(seconds(test)).toBeLessThan(1);
  });

  it('resume where a redrive moves a member back', async () => {
    const fail = { double: { attempts: 9, error: new RangeError('no'), when: (n: number) => n === 2 } };
    const test = testApp(app, { faults: { fail } });
    const body = await chord(
      range(4).map((n) => double.s(n)),
      sum.s(),
    ).applyAsync();
    await test.drain();
    expect([await body.state(), test.deadLetters().map(({ task, args }) => [task, args])]).toEqual([
      'FAILURE',
      [['double', [2]]],
    ]);
    test.redrive();
    await test.drain();
    expect(await body.result()).toBe(12);
  });

  it.each(range(20))('give one result under faults: seed %i', async (seed) => {
    const often = { probability: 0.05, atMost: 2 };
    const test = testApp(app, {
      seed,
      faults: {
        crash: [
          { after: 'arrive', ...often },
          { before: 'arrive', ...often },
          { after: 'send', ...often },
        ],
        duplicate: often,
        reorder: { probability: 0.2 },
        refuse: { call: 'read', ...often },
      },
    });
    const canvas = chain(
      chord(
        range(12).map((n) => double.s(n)),
        sum.s(),
      ),
      add.s(1),
    );
    const handle = await canvas.applyAsync();
    await test.finish();
    expect(await handle.get(), test.report()).toBe(133);
    expect(test.sent(add)).toHaveLength(1);
  });
});
