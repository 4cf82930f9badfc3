import {
  type CallOptions,
  InvalidArgumentsError,
  InvalidOptionError,
  NotBuiltError,
  NotJsonError,
  TooLargeError,
} from 'celeriac';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connected, NOW_MS } from '../support/connected.ts';

const DAY = 86_400;

function setUp() {
  const { app, ...rest } = connected({ queues: { default: {}, digest: {} } });
  const save = app.task('save', { expires: '1d' }, (values: number[], table: string) => values.length + table.length);
  const charge = app.task(
    'charge',
    { args: z.tuple([z.object({ amount: z.int() })]), timeLimit: 60, softTimeLimit: 30 },
    ({ amount }) => amount,
  );
  return { app, save, charge, ...rest };
}

describe('a message', () => {
  it('has an id and a copy of its own, and is its own root', async () => {
    const { app, lying } = setUp();
    const handle = await app.sendTask('plain', [1, { a: null }]);
    expect(lying()[0]?.message).toEqual({
      id: handle.id,
      copy: expect.stringMatching(/^[0-9a-f-]{36}$/),
      task: 'plain',
      args: [1, { a: null }],
      root: handle.id,
      retries: 0,
      hops: 0,
      again: false,
      claim: false,
      generation: 0,
      round: 0,
      redriven: false,
      limits: {},
    });
    expect(lying()[0]?.message.copy).not.toBe(handle.id);
  });

  it('carries what the call says', async () => {
    const { save, lying } = setUp();
    const handle = await save.applyAsync([[1], 't'], {
      queue: 'digest',
      taskId: 'my:id',
      headers: { tenant: 'acme' },
      expires: new Date(NOW_MS + 5_000),
      ignoreResult: true,
      maxRetries: null,
      timeLimit: '1m',
      softTimeLimit: 5,
    });
    expect(handle.id).toBe('my:id');
    expect(lying('digest')[0]?.message).toMatchObject({
      id: 'my:id',
      root: 'my:id',
      headers: { tenant: 'acme' },
      expiresAtMs: NOW_MS + 5_000,
      limits: { ignoreResult: true, maxRetries: null, timeLimitMs: 60_000, softTimeLimitMs: 5_000 },
    });
  });

  it('has the time from which the task expires, unless the call says another', async () => {
    const { save, lying } = setUp();
    await save.delay([1], 't');
    await save.applyAsync([[1], 't'], { expires: 10 });
    expect(lying().map(({ message }) => message.expiresAtMs)).toEqual([NOW_MS + DAY * 1_000, NOW_MS + 10_000]);
  });

  it('of an id that the caller chose may be there already', async () => {
    const { app, lying } = setUp();
    await app.sendTask('t', [], { taskId: 'mine' });
    expect(lying()[0]?.message.again).toBe(true);
  });

  it('is not changed by what the caller does with the arguments afterwards', async () => {
    const { save, lying } = setUp();
    const values = [1];
    const sending = save.delay(values, 't');
    values.push(2);
    await sending;
    expect(lying()[0]?.message.args).toEqual([[1], 't']);
  });

  it('carries what the caller gave, not what the schema makes of it', async () => {
    const { app, lying } = setUp();
    const at = app.task('at', { args: z.tuple([z.iso.datetime().transform((s) => new Date(s))]) }, (d) => d.getTime());
    await at.delay('2026-05-01T10:00:00Z');
    expect(lying()[0]?.message.args).toEqual(['2026-05-01T10:00:00Z']);
  });
});

describe('countdown and eta', () => {
  it.each([
    [{}, 0, undefined],
    [{ countdown: 0 }, 0, undefined],
    [{ countdown: 60 }, 60, 60_000],
    [{ countdown: '1500ms' }, 2, 1_500],
    [{ countdown: 900 }, 900, 900_000],
    [{ countdown: '1h' }, 900, 3_600_000],
    [{ eta: new Date(NOW_MS + 5_000) }, 5, 5_000],
    [{ eta: new Date(NOW_MS + 5_000).toISOString() }, 5, 5_000],
    [{ eta: new Date(NOW_MS - 5_000) }, 0, -5_000],
    [{ countdown: '14d' }, 900, 14 * DAY * 1_000],
  ])('%o: hidden for %i s', async (options, delaySeconds, inMs) => {
    const { app, lying } = setUp();
    await app.sendTask('t', [], options as CallOptions<'default'>);
    expect(lying()[0]?.delaySeconds).toBe(delaySeconds);
    expect(lying()[0]?.message.etaMs).toBe(inMs === undefined ? undefined : NOW_MS + inMs);
  });
});

describe('a wrong call sends nothing and says why:', () => {
  it.each([
    [{ countdown: -1 }, '`countdown` must be seconds (0 or more)'],
    [{ countdown: '15d' }, '`countdown` must be at most 14 days ahead, got "15d"; keep the date in a table'],
    [{ eta: new Date(NOW_MS + 15 * DAY * 1_000) }, '`eta` must be at most 14 days ahead, got "2026-05-16T08'],
    [{ eta: 'tomorrow' }, '`eta` must be a Date or an ISO 8601 text such as 2026-05-01T10:00:00Z, got "tomorrow"'],
    [{ eta: new Date(Number.NaN) }, 'got an invalid Date'],
    [{ countdown: 1, eta: new Date(NOW_MS) }, '`countdown` and `eta` exclude each other; give one'],
    [{ expires: -1 }, '`expires` must be seconds'],
    [{ headers: { tenant: 5 } }, '`headers.tenant` must be a text, got 5; write it as one'],
    [{ headers: 'x' }, '`headers` must be an object of texts, got "x"'],
    [{ maxRetries: -1 }, '`maxRetries` must be a whole number from 0 on'],
    [{ taskId: 'a b' }, '`taskId` must be 1 to 200 letters'],
    [{ ignoreResult: 1 }, '`ignoreResult` must be true or false, got 1'],
    [{ timeLimit: 901 }, '`timeLimit` must be at most 900 seconds'],
    [{ softTimeLimit: 61 }, '`softTimeLimit` must not be above `timeLimit`, got 61 s above 60 s; give both'],
    [{ countdwn: 1 }, 'there is no call option `countdwn`; there are queue, countdown, eta'],
    [5, '`options` must be an object, got 5'],
  ])('%o', async (options, text) => {
    const { charge, lying } = setUp();
    const call = () => charge.applyAsync([{ amount: 1 }], options as never);
    await expect(call()).rejects.toThrow(InvalidOptionError);
    await expect(call()).rejects.toThrow(text);
    expect(lying()).toEqual([]);
  });

  it('an argument that is not JSON, with its path and the remedy', async () => {
    const { save, app, lying } = setUp();
    const order = [{ createdAt: new Date() }];
    await expect(save.delay(order as never, 't')).rejects.toThrow(NotJsonError);
    await expect(save.delay(order as never, 't')).rejects.toThrow(
      'args[0][0].createdAt is a Date, which is not JSON: use its ISO string',
    );
    await expect(app.sendTask('t', [{ n: Number.NaN }])).rejects.toThrow('args[0].n is NaN');
    await expect(save.delay([1, undefined] as never, 't')).rejects.toThrow('args[0][1] is undefined');
    expect(lying()).toEqual([]);
  });

  it('185: arguments that do not fit the schema', async () => {
    const { charge, lying } = setUp();
    await expect(charge.delay({ amount: '5' } as never)).rejects.toThrow(InvalidArgumentsError);
    await expect(charge.delay({ amount: '5' } as never)).rejects.toThrow(
      'task "charge": args[0].amount: Invalid input',
    );
    await expect((charge.delay as () => Promise<unknown>)()).rejects.toThrow(InvalidArgumentsError);
    expect(lying()).toEqual([]);
  });

  it('arguments that an asynchronous schema refuses', async () => {
    const { app, lying } = setUp();
    const args = z.tuple([z.string().refine(async (name) => name !== 'taken', 'taken')]);
    const sign = app.task('sign', { args }, (name) => name);
    await expect(sign.delay('taken')).rejects.toThrow('args[0]: taken');
    await sign.delay('free');
    expect(lying()).toHaveLength(1);
  });

  it('a message that is too large, escapes counted in', async () => {
    const { app, lying } = setUp();
    await expect(app.sendTask('t', ['x'.repeat(1_048_576)])).rejects.toThrow(TooLargeError);
    await expect(app.sendTask('t', ['😀'.repeat(100_000)])).rejects.toThrow(TooLargeError);
    expect(lying()).toEqual([]);
  });

  it('arguments that are no list', async () => {
    const { save } = setUp();
    await expect(save.applyAsync({ countdown: 5 } as never)).rejects.toThrow(
      '`args` must be a list of arguments, e.g. applyAsync([42], { countdown: 60 }), got {"countdown":5}',
    );
  });

  it('a name that is none', async () => {
    const { app } = setUp();
    await expect(app.sendTask('')).rejects.toThrow('`name` must be a text, got ""');
  });

  it.each(['link', 'linkError'])('%s that is no signature', async (option) => {
    const { app, lying } = setUp();
    await expect(app.sendTask('t', [], { [option]: 'x' } as never)).rejects.toThrow(
      `\`${option}\` must be a signature, got "x"; get one from a task by .s() or .si()`,
    );
    expect(lying()).toEqual([]);
  });

  it('messageGroupId, which is not built yet', async () => {
    const { app } = setUp();
    await expect(app.sendTask('t', [], { messageGroupId: 'x' } as never)).rejects.toThrow(NotBuiltError);
  });
});
