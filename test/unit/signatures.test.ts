import { InvalidOptionError, NotBuiltError, NotJsonError, signatureFrom, UnboundTaskError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { connected, NOW_MS } from '../support/connected.ts';

function setUp() {
  const { app, lying } = connected({ queues: { default: {}, other: {} } });
  const three = app.task('three', {}, (a: number, b: string, c: { deep: boolean }) => [a, b, c.deep].join());
  return { app, three, lying, sent: (queue?: string) => lying(queue).map(({ message }) => message.args) };
}

describe('a signature', () => {
  it('takes the missing arguments first and the bound ones last', async () => {
    const { three, sent } = setUp();
    await three.s({ deep: true }).delay(1, 'b');
    await three.s('b', { deep: true }).applyAsync([1]);
    await three.s(1, 'b', { deep: true }).applyAsync();
    expect(sent()).toEqual(Array(3).fill([1, 'b', { deep: true }]));
  });

  it('takes no further arguments if it is immutable', async () => {
    const { three, sent } = setUp();
    const signature = three.si(1, 'b', { deep: true });
    await (signature.delay as (...args: unknown[]) => Promise<unknown>)('result of another');
    expect(sent()).toEqual([[1, 'b', { deep: true }]]);
  });

  it('keeps its options, and those of the call win', async () => {
    const { three, lying } = setUp();
    const signature = three.si(1, 'b', { deep: true }).set({ queue: 'other', headers: { a: 'b' }, countdown: 60 });
    await signature.applyAsync();
    await signature.applyAsync([], { eta: new Date(NOW_MS + 5_000), headers: { c: 'd' } });
    await signature.set({ eta: new Date(NOW_MS + 5_000) }).applyAsync([], { countdown: 7 });
    expect(lying('other').map(({ delaySeconds, message }) => [delaySeconds, message.headers])).toEqual([
      [60, { a: 'b' }],
      [5, { c: 'd' }],
      [7, { a: 'b' }],
    ]);
  });

  it('is copied by set', () => {
    const { three } = setUp();
    const plain = three.s({ deep: true });
    const changed = plain.set({ countdown: 5 }).set({ queue: 'other' });
    expect(plain.toJSON()).toEqual({ kind: 'task', task: 'three', args: [{ deep: true }] });
    expect(changed.toJSON()).toMatchObject({ options: { countdown: 5, queue: 'other' } });
  });

  it('is frozen to its depth, and a copy of what it was given', () => {
    const { three } = setUp();
    const bound = { deep: true };
    const signature = three.s(bound).set({ headers: { a: 'b' } });
    bound.deep = false;
    const json = JSON.parse(JSON.stringify(signature));
    expect(json.args).toEqual([{ deep: true }]);
    const frozen = signature.toJSON() as unknown as { args: object[]; options: { headers: object } };
    const parts = [signature, frozen, frozen.args, frozen.args[0], frozen.options, frozen.options.headers];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(Array(6).fill(true));
  });

  it('refuses what is not JSON, and wrong options, where it is made', () => {
    const { three } = setUp();
    expect(() => three.s({ deep: new Map() as never })).toThrow(NotJsonError);
    expect(() => three.s({ deep: new Map() as never })).toThrow('args[0].deep is a Map');
    expect(() => three.s().set({ countdown: -1 })).toThrow(InvalidOptionError);
    expect(() => three.s().set({ messageGroupId: 'a' })).toThrow(NotBuiltError);
  });
});

describe('a signature from JSON', () => {
  it('is sent by the app that binds it', async () => {
    const { app, three, sent } = setUp();
    const text = JSON.stringify(three.s({ deep: true }).set({ queue: 'other' }));
    await app.signature<[number, string], string>(JSON.parse(text)).delay(1, 'b');
    expect(sent('other')).toEqual([[1, 'b', { deep: true }]]);
  });

  it('belongs to no app until then', async () => {
    const { app, three, sent } = setUp();
    const unbound = signatureFrom(three.si(1, 'b', { deep: true }).toJSON());
    await expect(unbound.applyAsync()).rejects.toThrow(UnboundTaskError);
    await app.signature(unbound.toJSON()).applyAsync();
    expect(sent()).toHaveLength(1);
  });

  it.each([
    [5, "`signature` must be an object such as { kind: 'task', task: 'name', args: [] }, got 5"],
    [{ kind: 'task', task: '' }, '`task` must be the name of a task, got ""'],
    [{ kind: 'task', task: 't', options: { countdwn: 1 } }, 'there is no call option `countdwn`'],
    [{ kind: 'chain', steps: [] }, '`steps` must be at least one step, got none'],
  ])('is refused if it is none: %o', (json, text) => {
    expect(() => signatureFrom(json as never)).toThrow(text);
  });

  it('is bound to another app by that', async () => {
    const { three } = setUp();
    const { app, sent } = setUp();
    await app.signature(three.si(1, 'b', { deep: true })).applyAsync();
    expect(sent()).toHaveLength(1);
  });

  it('may be written by hand, by name', async () => {
    const { app, sent } = setUp();
    await app.signature({ kind: 'task', task: 'elsewhere' } as never).applyAsync([1] as never);
    await app.signature('elsewhere', [2], { queue: 'default' }).applyAsync([1]);
    expect(sent()).toEqual([[1], [1, 2]]);
  });
});

describe('remote', () => {
  it('sends tasks whose code is elsewhere', async () => {
    const { app, three, sent } = setUp();
    const remote = app.remote<{ three: typeof three }>();
    expect(remote('three').name).toBe('three');
    await remote('three').delay(1, 'b', { deep: true });
    await remote('three').s({ deep: true }).delay(2, 'b');
    expect(sent()).toEqual([
      [1, 'b', { deep: true }],
      [2, 'b', { deep: true }],
    ]);
  });
});
