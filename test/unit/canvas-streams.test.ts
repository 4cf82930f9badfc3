import { chain, chord, group, type Signature, StreamUsedError, signatureFrom, UnboundTaskError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../src/canvas/bound-signature.ts';
import { type CanvasNode, canvasJson, type GroupNode, hasStream, listCanvas } from '../../src/canvas/canvas-node.ts';
import { setLastSender } from '../../src/canvas/find-sender.ts';
import type { AsyncResult } from '../../src/canvas/handle.ts';
import type { MemberSource } from '../../src/canvas/member-source.ts';
import type { Sender } from '../../src/canvas/sender.ts';
import { makeTaskRef } from '../../src/task/make-task.ts';
import type { TaskRef } from '../../src/task/task.ts';

type Numbers = TaskRef<'inc', [n: number], number>;

/** A sender that keeps what it is given. */
function recorder() {
  const sent: { node: CanvasNode; missing: readonly unknown[]; options: object | undefined }[] = [];
  const sender: Sender = {
    send: (node, missing, options) => {
      sent.push({ node, missing, options });
      return Promise.resolve({} as AsyncResult<unknown>);
    },
  };
  return { sender, sent, inc: makeTaskRef<Numbers>('inc', sender) };
}

/** A stream of `count` signatures that knows how far it was read, and whether it was closed. */
function counted(make: (n: number) => Signature<[], number>, count: number) {
  const state = { read: 0, closed: false };
  function* stream() {
    try {
      for (let n = 0; n < count; n++) {
        state.read += 1;
        yield make(n);
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, stream: stream() };
}

const sourceOf = (signature: unknown) => (jsonOf(signature) as GroupNode).members as MemberSource<CanvasNode>;

async function all(nodes: AsyncIterable<CanvasNode>): Promise<unknown[]> {
  const args: unknown[] = [];
  for await (const node of nodes) args.push('args' in node ? node.args[0] : node.kind);
  return args;
}

function* each<T>(values: Iterable<T>): Generator<T> {
  yield* values;
}

async function* awaited<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

describe('a stream', () => {
  const { inc } = recorder();

  it('is not read when the group is made, copied or nested', () => {
    const { state, stream } = counted((n) => inc.s(n), 3);
    const streamed = group(stream).set({ queue: 'any' });
    expect(hasStream(jsonOf(chord(streamed, inc.si(1))))).toBe(true);
    expect(state.read).toBe(0);
  });

  it('is read once, one member ahead at most, and not kept', async () => {
    const { state, stream } = counted((n) => inc.s(n), 1_000);
    const source = sourceOf(group(stream));
    const seen: number[] = [];
    for await (const node of source.consume()) {
      seen.push(state.read);
      expect(node.kind).toBe('task');
    }
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
    expect(source.kept).toBeUndefined();
    expect(() => source.consume()).toThrow(StreamUsedError);
    expect(() => source.listed()).toThrow(StreamUsedError);
    await expect(source.list()).rejects.toThrow('has been read already; make the group of an array');
  });

  it('is closed when its reader stops early', async () => {
    const { state, stream } = counted((n) => inc.s(n), 10);
    for await (const _ of sourceOf(group(stream)).consume()) break;
    expect(state).toEqual({ read: 1, closed: true });
  });

  it('is kept once listed, and gives the same again and again', async () => {
    const streamed = group(counted((n) => inc.s(n), 3).stream);
    const source = sourceOf(streamed);
    expect(JSON.stringify(streamed)).toBe(JSON.stringify(streamed));
    expect(await all(source.consume())).toEqual([0, 1, 2]);
    expect(await all(source.consume())).toEqual([0, 1, 2]);
    expect(await source.list()).toBe(source.listed());
    expect(Object.isFrozen(source.listed())).toBe(true);
  });

  it('loses nothing by looking at its first value', async () => {
    const looked = sourceOf(group(counted((n) => inc.s(n), 3).stream));
    expect([looked.firstNow(), looked.firstNow()].map((first) => jsonOf(first))).toEqual(
      Array(2).fill({ kind: 'task', task: 'inc', args: [0], elsewhere: true }),
    );
    expect(await all(looked.consume())).toEqual([0, 1, 2]);
    const listed = sourceOf(group(counted((n) => inc.s(n), 2).stream));
    listed.firstNow();
    expect(listed.listed()).toHaveLength(2);
    expect(sourceOf(group(awaited([inc.s(1)]))).firstNow()).toBeUndefined();
  });

  it('of an async iterable is listed by waiting only', async () => {
    const streamed = group(awaited([inc.s(1), inc.s(2)]));
    expect(() => streamed.toJSON()).toThrow(StreamUsedError);
    expect(() => streamed.toJSON()).toThrow('group(await Array.fromAsync(stream))');
    expect(await all(sourceOf(streamed).consume())).toEqual([1, 2]);
    const listed = group(awaited([inc.s(1), inc.s(2)]));
    const [first, second] = await Promise.all([sourceOf(listed).list(), sourceOf(listed).list()]);
    expect(first).toBe(second);
    expect(JSON.parse(JSON.stringify(listed)).members).toHaveLength(2);
  });

  it('that is being listed can be consumed as well', async () => {
    const source = sourceOf(group(awaited([inc.s(1), inc.s(2)])));
    const listing = source.list();
    expect(await all(source.consume())).toEqual([1, 2]);
    expect(await listing).toHaveLength(2);
  });

  it('refuses a member that is no signature when it is read', async () => {
    const members = () => [inc.s(1), 5][Symbol.iterator]();
    const streamed = (): unknown => group({ [Symbol.iterator]: members } as never);
    const text = '`members[1]` must be a signature, got 5';
    expect(() => JSON.stringify(streamed())).toThrow(text);
    await expect(all(sourceOf(streamed()).consume())).rejects.toThrow(text);
    await expect(sourceOf(streamed()).list()).rejects.toThrow(text);
    expect(() => JSON.stringify(chord({ [Symbol.iterator]: members } as never, inc.si(1)))).toThrow('`header[1]`');
  });

  it('passes on what its iterable throws', async () => {
    function* broken(): Generator<Signature<[], number>> {
      yield inc.s(1);
      throw new RangeError('no more rows');
    }
    await expect(all(sourceOf(group(broken())).consume())).rejects.toThrow('no more rows');
    expect(() => group(broken()).toJSON()).toThrow(RangeError);
  });
});

describe('a canvas with streams inside', () => {
  const { inc } = recorder();
  const streamed = () => group(counted((n) => inc.s(n), 2).stream);
  const lists = makeTaskRef<TaskRef<'lists', [xs: unknown], number>>('lists', recorder().sender);
  const canvases = {
    'a chain': () => chain(streamed(), lists.s()),
    'a group': () => group([streamed(), group([streamed()])]),
    'a chord': () =>
      chord(streamed(), chain(lists.s(), lists.si(1).linkError(streamed().set({ queue: 'any' }) as never))),
    'a link': () => inc.s(1).link(group(each([inc.s()]))),
    'a stream of streams': () => group(each([streamed(), streamed()].map((member) => chain(member, lists.s())))),
  };

  it.each(Object.entries(canvases))('lists them all: %s', async (_what, make) => {
    const node = jsonOf(make());
    expect(hasStream(node)).toBe(true);
    const json = await listCanvas(node);
    expect(hasStream(json)).toBe(false);
    expect(canvasJson(jsonOf(make()))).toEqual(json);
    expect(canvasJson(node)).toEqual(json);
    expect(JSON.stringify(signatureFrom(JSON.parse(JSON.stringify(json))))).toBe(JSON.stringify(json));
  });

  it('is its own JSON where there are none', async () => {
    const node = jsonOf(chain(inc.s(1), group([inc.s()])));
    expect(canvasJson(node)).toBe(node);
    expect(await listCanvas(node)).toBe(node);
  });
});

describe('the sender of a canvas', () => {
  it('is that of the first part that has one', async () => {
    const [first, second] = [recorder(), recorder()];
    const unbound = signatureFrom<[], number>(JSON.parse(JSON.stringify(first.inc.s(1))));
    await chain(unbound, second.inc.s(), first.inc.s()).delay();
    await group([unbound, second.inc.s(1), first.inc.s(1)]).applyAsync();
    await chord([unbound], second.inc.si(1)).delay();
    await chord([first.inc.s(1)], second.inc.si(1)).delay();
    await unbound.pipe(second.inc.s()).delay();
    expect([first.sent.length, second.sent.length]).toEqual([1, 4]);
  });

  it('is that of the first member of a stream', async () => {
    const { inc, sent } = recorder();
    setLastSender(recorder().sender);
    await group(counted((n) => inc.s(n), 3).stream).delay();
    await group(each([group(counted((n) => inc.s(n), 3).stream)])).delay();
    expect(sent).toHaveLength(2);
    const [only] = sent;
    expect(
      await all(
        ((only as (typeof sent)[number]).node as GroupNode & { members: MemberSource<CanvasNode> }).members.consume(),
      ),
    ).toEqual([0, 1, 2]);
  });

  it('is that of the app that was made last where no task is known', async () => {
    const { inc } = recorder();
    const last = recorder();
    setLastSender(last.sender);
    await group([]).delay();
    await group(counted((n) => inc.s(n), 0).stream).delay();
    await group(awaited([inc.s(1)])).delay();
    await group([group([]), group([])]).applyAsync();
    expect(last.sent).toHaveLength(4);
  });

  it('is missing where no app has bound the tasks', async () => {
    const { inc } = recorder();
    setLastSender(recorder().sender);
    const unbound = signatureFrom<[], number>(JSON.parse(JSON.stringify(inc.s(1))));
    for (const canvas of [chain(unbound), group([unbound]), group([group([]), group(each([unbound]))])]) {
      await expect(canvas.applyAsync([])).rejects.toThrow(UnboundTaskError);
      await expect(canvas.applyAsync([])).rejects.toThrow('task "inc" belongs to no app yet; bind the signature first');
    }
  });

  it('gets links of the call on the canvas, behind its own, and the options beside it', async () => {
    const { inc, sent } = recorder();
    const link = (n: number) => ({ kind: 'task', task: 'inc', args: [n], elsewhere: true, immutable: true });
    const options = { link: [inc.si(2), inc.si(3)], linkError: inc.si(4), queue: 'any' };
    await inc.s().link(inc.si(1)).applyAsync([0], options);
    await inc.applyAsync([0], { linkError: [inc.si(4)] });
    await inc.applyAsync([0], { countdown: 1 });
    expect(sent).toMatchObject([
      { node: { link: [link(1), link(2), link(3)], linkError: [link(4)] }, missing: [0], options: { queue: 'any' } },
      { node: { linkError: [link(4)] }, missing: [0], options: {} },
      { missing: [0], options: { countdown: 1 } },
    ]);
    expect(Object.keys(sent[0]?.options ?? {})).toEqual(['queue']);
    expect(sent[2]?.node).not.toHaveProperty('link');
  });

  it('is not asked where the links are wrong', async () => {
    const { inc, sent } = recorder();
    await expect(inc.applyAsync([0], { link: [inc.si(1), 5] as never })).rejects.toThrow(
      '`link[1]` must be a signature',
    );
    await expect(inc.applyAsync([0], { linkError: inc as never })).rejects.toThrow('`linkError` must be a signature');
    await expect(group([inc.s(1)]).applyAsync([], { link: inc.s() } as never)).rejects.toThrow('a group has no result');
    expect(sent).toEqual([]);
  });
});
