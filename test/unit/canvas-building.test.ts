import { chain, chord, createApp, group, InvalidOptionError, NotJsonError, type TaskFailure } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../src/canvas/bound-signature.ts';
import { MAX_CANVAS_DEPTH } from '../../src/canvas/canvas-depth.ts';
import { hasStream } from '../../src/canvas/canvas-node.ts';

const app = createApp('building', { queues: { default: {}, other: {} } });
const inc = app.task('inc', {}, (n: number) => n + 1);
const add = app.task('add', {}, (a: number, b: number) => a + b);
const sum = app.task('sum', {}, (ns: number[]) => ns.length);
const tell = app.task('tell', {}, (failure: TaskFailure) => failure.id);

const task = (name: string, ...args: unknown[]) => ({ kind: 'task', task: name, args });
const plain = (signature: unknown): unknown => JSON.parse(JSON.stringify(signature));

describe('chain', () => {
  it('is the list of its steps; chains inside stay chains', () => {
    expect(plain(chain(inc.s(1), chain(inc.s(), add.s(2)), inc.si(5)))).toEqual({
      kind: 'chain',
      steps: [
        task('inc', 1),
        { kind: 'chain', steps: [task('inc'), task('add', 2)] },
        { kind: 'task', task: 'inc', args: [5], immutable: true },
      ],
    });
  });

  it('is what pipe makes, in one row', () => {
    const piped = inc.s(1).pipe(inc.s()).pipe(add.s(2));
    expect(plain(piped)).toEqual(plain(chain(inc.s(1), inc.s(), add.s(2))));
  });

  it('stays a step of its own where pipe would lose what it says', () => {
    const pair = chain(inc.s(1), inc.s());
    const steps = [pair.set({ queue: 'other' }), pair.link(inc.s()), pair.onError(tell.s())];
    expect(steps.map((step) => (plain(step.pipe(inc.s())) as { steps: unknown[] }).steps.length)).toEqual([2, 2, 2]);
  });

  it('has a thousand steps by pipe', () => {
    let flow = inc.s(1).pipe(inc.s());
    for (let step = 2; step < 1_000; step++) flow = flow.pipe(inc.s());
    expect((plain(flow) as { steps: unknown[] }).steps).toHaveLength(1_000);
  });

  it('is refused without a step', () => {
    const none: ReturnType<typeof inc.s>[] = [];
    expect(() => chain(...(none as never as [never]))).toThrow(InvalidOptionError);
    expect(() => chain(...(none as never as [never]))).toThrow('`steps` must be at least one step, got none');
  });

  it.each([
    [5, '`steps[1]` must be a signature, got 5; get one from a task by .s() or .si()'],
    [inc, '`steps[1]` must be a signature, got a function; call .s() or .si() on the task'],
    [undefined, '`steps[1]` must be a signature, got undefined'],
    [{ kind: 'task', task: 'inc', args: [] }, '`steps[1]` must be a signature, got {"kind":"task"'],
  ])('refuses %o as a step', (step, text) => {
    expect(() => chain(inc.s(1), step as never)).toThrow(InvalidOptionError);
    expect(() => chain(inc.s(1), step as never)).toThrow(text);
    expect(() => inc.s(1).pipe(step as never)).toThrow(text.replace('steps[1]', 'next'));
  });
});

describe('group', () => {
  it('is the list of its members, also of one or none, and nothing is unrolled', () => {
    expect(plain(group([inc.s(1), group([inc.s(2)]), group([])]))).toEqual({
      kind: 'group',
      members: [task('inc', 1), { kind: 'group', members: [task('inc', 2)] }, { kind: 'group', members: [] }],
    });
  });

  it.each([
    ['an array', [inc.s(1), inc.s(2)]],
    ['a Set', new Set([inc.s(1), inc.s(2)])],
    ["a Map's values", new Map(Object.entries({ a: inc.s(1), b: inc.s(2) })).values()],
  ])('copies %s at once', (_what, members) => {
    const made = group(members);
    expect(hasStream(jsonOf(made))).toBe(false);
    const twice = [plain(made), plain(made)];
    expect(twice).toEqual(Array(2).fill({ kind: 'group', members: [task('inc', 1), task('inc', 2)] }));
  });

  it('is not changed by what happens to its array later', () => {
    const members = [inc.s(1)];
    const made = group(members);
    members.push(inc.s(2));
    expect((plain(made) as { members: unknown[] }).members).toHaveLength(1);
  });

  it('keeps the very nodes of its members: a hundred thousand cost no copies', () => {
    const members = Array.from({ length: 100_000 }, (_, n) => inc.s(n));
    const node = jsonOf(group(members)) as { members: readonly unknown[] };
    expect(node.members[99_999]).toBe(jsonOf(members[99_999]));
    expect(group(members).toJSON()).toEqual(node);
    expect((group(members).set({ queue: 'other' }).toJSON() as unknown as typeof node).members[7]).toBe(
      node.members[7],
    );
  });

  it.each([
    [[inc.s(1), 5], '`members[1]` must be a signature, got 5'],
    [[inc], '`members[0]` must be a signature, got a function; call .s() or .si() on the task'],
    [new Map([['a', inc.s(1)]]), '`members[0]` must be a signature'],
    [inc.s(1), '`members` must be a list of signatures, or another iterable of them'],
    ['abc', '`members` must be a list of signatures, or another iterable of them, got "abc"'],
    [undefined, '`members` must be a list of signatures'],
    [[inc.s(1), Promise.resolve()], '`members[1]` must be a signature, got a Promise; use .s(), not .delay()'],
    [
      function* () {
        yield inc.s(1);
      },
      '`members` must be a list of signatures, or another iterable of them, got a function; call it',
    ],
    [inc, 'got a function; for a single task write [task.s()]'],
  ])('refuses %o', (members, text) => {
    expect(() => group(members as never)).toThrow(InvalidOptionError);
    expect(() => group(members as never)).toThrow(text);
  });

  it('has no link', () => {
    const link = group([inc.s(1)]).link as unknown as (callback: unknown) => void;
    expect(() => link.call(group([inc.s(1)]), sum.s())).toThrow(InvalidOptionError);
    expect(() => link.call(group([inc.s(1)]), sum.s())).toThrow(/pipe\(next\) or chord\(group, body\).*link on its/);
  });
});

describe('chord', () => {
  it('has a header and a body, and a policy only if it is given one', () => {
    const header = { kind: 'group', members: [task('inc', 1), task('inc', 2)] };
    const chords = [
      chord([inc.s(1), inc.s(2)], sum.s()),
      chord([inc.s(1), inc.s(2)], sum.s(), {}),
      chord([inc.s(1), inc.s(2)], sum.si([]), { onError: 'settle' }),
      chord([inc.s(1), inc.s(2)], sum.si([]), { onError: { atLeast: 1 } }),
      chord(group([inc.s(1), inc.s(2)]), sum.si([]), { onError: { maxFailures: 0 } }),
    ];
    expect(chords.map(plain).map((json) => (json as { header: unknown }).header)).toEqual(Array(5).fill(header));
    expect(chords.map(plain).map((json) => (json as { onError?: unknown }).onError)).toEqual([
      undefined,
      undefined,
      'settle',
      { atLeast: 1 },
      { maxFailures: 0 },
    ]);
  });

  it("keeps the header's own options and errbacks", () => {
    const header = group([inc.s(1)])
      .set({ queue: 'other' })
      .linkError(tell.s());
    expect(plain(chord(header, sum.s()).set({ expires: '1d' }))).toEqual({
      kind: 'chord',
      header: {
        kind: 'group',
        members: [task('inc', 1)],
        options: { queue: 'other' },
        linkError: [task('tell')],
      },
      body: task('sum'),
      options: { expires: '1d' },
    });
  });

  it.each([
    [[[inc.s(1)]], '`body` must be a signature, got undefined'],
    [[[inc.s(1)], sum], '`body` must be a signature, got a function; call .s() or .si() on the task'],
    [[[Promise.resolve()], sum.s()], '`header[0]` must be a signature, got a Promise; use .s(), not .delay()'],
    [
      [function* () {}, sum.s()],
      '`header` must be a list of signatures, or another iterable of them, got a function; call it',
    ],
    [[[inc.s(1), 5], sum.s()], '`header[1]` must be a signature, got 5'],
    [[chain(inc.s(1)), sum.s()], '`header` must be a group or a list of signatures, got "chain"'],
    [[5, sum.s()], '`header` must be a list of signatures, or another iterable of them, got 5'],
    [
      [[], sum.s(), { onError: 'setle' }],
      '`onError` must be \'settle\', { atLeast: n } or { maxFailures: n }, got "setle"',
    ],
    [[[], sum.s(), { onError: { atMost: 1 } }], "`onError` must be 'settle'"],
    [[[], sum.s(), { onError: { atLeast: 1, maxFailures: 1 } }], "`onError` must be 'settle'"],
    [[[], sum.s(), { onError: {} }], "`onError` must be 'settle'"],
    [[[], sum.s(), { onError: { atLeast: -1 } }], '`onError.atLeast` must be a whole number'],
    [[[], sum.s(), { onError: { maxFailures: 1.5 } }], '`onError.maxFailures` must be a whole number'],
  ])('refuses %o', (args, text) => {
    const make = chord as unknown as (...args: unknown[]) => unknown;
    expect(() => make(...args)).toThrow(InvalidOptionError);
    expect(() => make(...args)).toThrow(text);
  });
});

describe('map, starmap and chunks', () => {
  it('are one message each, or one a chunk', () => {
    expect(plain(inc.map(new Set([1, 2])))).toEqual({ kind: 'map', task: 'inc', items: [1, 2] });
    expect(plain(add.starmap([[1, 2], [3, 4]]))).toEqual({ kind: 'starmap', task: 'add', items: [[1, 2], [3, 4]] }); // biome-ignore format: pairs
    expect(plain(inc.chunks([[1], [2], [3]], 2))).toEqual({
      kind: 'group',
      members: [
        { kind: 'starmap', task: 'inc', items: [[1], [2]] },
        { kind: 'starmap', task: 'inc', items: [[3]] },
      ],
    });
    expect(plain(inc.chunks([], 2))).toEqual({ kind: 'group', members: [] });
    expect(plain(inc.map([]))).toEqual({ kind: 'map', task: 'inc', items: [] });
  });

  it('copy and freeze the items, of a generator too', () => {
    const rows = app.task('rows', {}, (row: { id: number }) => row.id);
    const given = [{ id: 1 }];
    const signature = rows.map(given);
    (given[0] as { id: number }).id = 2;
    expect(plain(signature)).toMatchObject({ items: [{ id: 1 }] });
    const node = jsonOf(signature) as { items: readonly object[] };
    expect([node, node.items, node.items[0]].map((part) => Object.isFrozen(part))).toEqual([true, true, true]);
    const read = inc.map(
      (function* () {
        yield 1;
        yield 2;
      })(),
    );
    expect([plain(read), plain(read)]).toEqual(Array(2).fill({ kind: 'map', task: 'inc', items: [1, 2] }));
    const chunks = jsonOf(inc.chunks([[1], [2]], 1)) as { members: readonly { items: object }[] };
    expect(chunks.members.every((member) => Object.isFrozen(member) && Object.isFrozen(member.items))).toBe(true);
  });

  it.each([0, -1, 1.5, Number.NaN, '2', undefined])('refuse chunks of %o', (size) => {
    expect(() => inc.chunks([[1]], size as never)).toThrow(InvalidOptionError);
    expect(() => inc.chunks([[1]], size as never)).toThrow('`size` must be a whole number from 1 on, got');
  });

  it('refuse items that are none', () => {
    expect(() => inc.map([new Date()] as never)).toThrow(NotJsonError);
    expect(() => inc.map([1, new Date()] as never)).toThrow('items[1] is a Date');
    expect(() => add.starmap([[1, new Map()]] as never)).toThrow('items[0][1] is a Map');
    expect(() => add.starmap([[1, 2], 3] as never)).toThrow('`items[1]` must be a list of arguments, got 3');
    expect(() => inc.map('abc' as never)).toThrow('`items` must be a list, or another iterable, got "abc"');
    expect(() => inc.map({} as never)).toThrow(InvalidOptionError);
  });
});

describe('set, link and linkError', () => {
  const canvases = [
    inc.s(1),
    inc.si(1),
    chain(inc.s(1), inc.s()),
    chord([inc.s(1)], sum.s()),
    inc.map([1]),
    group([inc.s(1)]),
  ];

  it.each(canvases.map((canvas) => [canvas.describe().split('\n')[0], canvas] as const))(
    'give a copy of %s and leave the original alone',
    (_name, canvas) => {
      const before = plain(canvas);
      const changed = canvas.set({ queue: 'other' }).set({ countdown: 5 }).linkError(tell.s()).onError(inc.si(1));
      expect(plain(changed)).toEqual({
        ...(before as object),
        options: { queue: 'other', countdown: 5 },
        linkError: [task('tell'), { ...task('inc', 1), immutable: true }],
      });
      expect(plain(canvas)).toEqual(before);
      expect(Object.isFrozen(changed) && Object.isFrozen(jsonOf(changed))).toBe(true);
    },
  );

  it('append links in the order of the calls', () => {
    const linked = chain(inc.s(1), inc.s())
      .link(inc.s())
      .link(group([add.s(1), inc.s()]));
    expect(plain(linked)).toMatchObject({
      link: [task('inc'), { kind: 'group', members: [task('add', 1), task('inc')] }],
    });
  });

  it('say where the mistake is', () => {
    expect(() => inc.s(1).link(inc as never)).toThrow('`link` must be a signature, got a function; call .s()');
    expect(() => inc.s(1).linkError(5 as never)).toThrow('`linkError` must be a signature, got 5');
    expect(() => inc.s(1).set({ link: inc.s() } as never)).toThrow('`link` is no option here; call .link(callback)');
  });
});

describe('canvases in canvases', () => {
  it('are refused beyond a depth, and say what to do', () => {
    let deep = chain(inc.s(1));
    const deepen = () => {
      for (let depth = 0; depth < MAX_CANVAS_DEPTH; depth++) deep = chain(deep, inc.s());
    };
    expect(deepen).toThrow(InvalidOptionError);
    expect(deepen).toThrow(`nested more than ${MAX_CANVAS_DEPTH} deep; a long chain is chain(...steps)`);
    expect(() => group([chord([deep], inc.si(1))])).toThrow(InvalidOptionError);
    let linked = inc.si(1);
    const link = () => {
      for (let depth = 0; depth < MAX_CANVAS_DEPTH; depth++) linked = inc.si(1).link(linked);
    };
    expect(link).toThrow(InvalidOptionError);
  });
});
