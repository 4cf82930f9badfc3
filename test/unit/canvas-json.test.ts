import {
  chain,
  chord,
  createApp,
  group,
  InvalidOptionError,
  NotJsonError,
  type Signature,
  signatureFrom,
} from 'celeriac';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../src/canvas/bound-signature.ts';
import { MAX_CANVAS_DEPTH } from '../../src/canvas/canvas-depth.ts';
import { readCanvas } from '../../src/canvas/read-canvas.ts';

const app = createApp('json');
// biome-ignore lint/suspicious/noExplicitAny: each may stand anywhere
const any = app.task('any', {}, (x: any, y?: any) => [x, y]);

// biome-ignore lint/suspicious/noExplicitAny: any of them stands in the place of any other
type Untyped = Signature<any, any>;

/** Every kind of canvas, made of others. */
const KINDS = {
  chain: (inner: Untyped) => chain(inner, any.s(1), inner),
  group: (inner: Untyped) => group([inner, any.s(2), inner]),
  chord: (inner: Untyped) => chord([inner, any.s(3)], inner, { onError: { atLeast: 1 } }),
};
const names = Object.keys(KINDS) as (keyof typeof KINDS)[];
const pairs = names.flatMap((outer) => names.map((inner) => [outer, inner] as const));

describe('a canvas as text', () => {
  it.each(pairs)('is read back as signatures: a %s of a %s', (outer, inner) => {
    const made: Untyped = KINDS[outer](KINDS[inner](any.s('leaf')));
    const text = JSON.stringify(made);
    const read = signatureFrom(JSON.parse(text));
    expect(JSON.stringify(read)).toBe(text);
    expect(jsonOf(read)).toEqual(jsonOf(made));
    expect(JSON.stringify(app.signature(JSON.parse(text)).set({ queue: 'default' }))).toContain('"queue":"default"');
    expect(read.describe()).toBe(made.describe());
  });

  it('keeps options, links and errbacks at every place', () => {
    const leaf = any
      .si(1)
      .set({ queue: 'default', headers: { a: 'b' } })
      .link(any.s())
      .onError(any.si(2));
    const made = chain(group([leaf, leaf]).set({ expires: '1d' }).onError(leaf), any.map([1, 2]), any.chunks([[1]], 1))
      .set({ countdown: 5, eta: undefined as never })
      .link(chain(leaf))
      .link(leaf);
    const text = JSON.stringify(made);
    expect(JSON.stringify(signatureFrom(JSON.parse(text)))).toBe(text);
  });

  it('is the same whatever the order of set, link and linkError', () => {
    const one = any.s(1).set({ queue: 'default' }).link(any.s()).linkError(any.s());
    const other = any.s(1).linkError(any.s()).link(any.s()).set({ queue: 'default' });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it('says which tasks were sent by name', () => {
    const remote = app.remote<{ any: typeof any }>()('any');
    const made = [remote.s(1), remote.si(1), remote.map([1]), remote.starmap([[1]]), app.signature('any', [1])];
    expect(made.map((signature) => signature.toJSON())).toMatchObject(Array(5).fill({ elsewhere: true }));
    expect(JSON.parse(JSON.stringify(remote.chunks([[1]], 1))).members).toMatchObject([{ elsewhere: true }]);
    expect(any.s(1).toJSON()).not.toHaveProperty('elsewhere');
    expect(made.map((signature) => readCanvas(signature.toJSON()))).toEqual(made.map(jsonOf));
  });
});

describe('readCanvas', () => {
  const task = { kind: 'task', task: 't', args: [] };

  it('reads what was written by hand with little', () => {
    expect(readCanvas({ kind: 'task', task: 't' })).toEqual(task);
    expect(readCanvas({ ...task, options: {}, link: [], linkError: [], immutable: false, elsewhere: false })).toEqual(
      task,
    );
    expect(readCanvas({ kind: 'group', members: [] })).toEqual({ kind: 'group', members: [] });
  });

  it('freezes everything, and copies what it is given', () => {
    const json = {
      kind: 'chain',
      steps: [
        { ...task, args: [{ a: [1] }], link: [structuredClone(task)] },
        { kind: 'map', task: 't', items: [{ a: 1 }] },
      ],
      linkError: [{ kind: 'group', members: [structuredClone(task)] }],
      options: { headers: { a: 'b' } },
    };
    const read = readCanvas(json);
    expect(read).toEqual(json);
    expect(isFrozen(read)).toBe(true);
    expect(isFrozen(json)).toBe(false);
  });

  it.each<[unknown, string]>([
    [5, "`signature` must be an object such as { kind: 'task', task: 'name', args: [] }, got 5"],
    [[task], '`signature` must be an object such as'],
    [{ task: 't' }, '`kind` must be one of task, map, starmap, chain, group, chord, got undefined'],
    [{ kind: 'toString' }, '`kind` must be one of'],
    [{ kind: '__proto__' }, '`kind` must be one of'],
    [{ kind: 'chain', steps: [] }, '`steps` must be at least one step, got none'],
    [{ kind: 'chain', steps: 5 }, '`steps` must be a list of signatures, got 5'],
    [{ kind: 'chain', steps: [task, 5] }, '`steps[1]` must be an object such as'],
    [{ kind: 'chain', steps: [task, { kind: 'chain', steps: [] }] }, '`steps[1].steps` must be at least one step'],
    [
      { kind: 'chain', steps: [task, { kind: 'group', members: [{ kind: 'task', task: '' }] }] },
      '`steps[1].members[0].task` must be the name of a task, got ""',
    ],
    [{ kind: 'group' }, '`members` must be a list of signatures, got undefined'],
    [{ kind: 'group', members: [{ ...task, args: 5 }] }, '`members[0].args` must be a list of arguments, got 5'],
    [{ kind: 'group', members: [{ ...task, immutable: 1 }] }, '`members[0].immutable` must be true or false, got 1'],
    [{ kind: 'group', members: [{ ...task, elsewhere: 'no' }] }, '`members[0].elsewhere` must be true or false'],
    [{ kind: 'group', members: [{ ...task, arg: [] }] }, 'a task has no `members[0].arg`'],
    [{ kind: 'group', members: [], link: [task] }, 'a group has no result of its own'],
    [{ kind: 'chain', steps: [{ kind: 'group', members: [], link: [task] }] }, 'a group at `steps[0]` has no result'],
    [{ kind: 'group', members: [], body: task }, 'a group has no `body`'],
    [{ kind: 'chord', header: task, body: task }, '`header.kind` must be group, got "task"'],
    [{ kind: 'chord', header: { kind: 'group', members: [] } }, '`body` must be an object such as'],
    [
      { kind: 'chord', header: { kind: 'group', members: [] }, body: task, onError: 'all' },
      '`onError` must be \'settle\', { atLeast: n } or { maxFailures: n }, got "all"',
    ],
    [{ kind: 'chord', members: [], body: task }, 'a chord has no `members`'],
    [{ kind: 'map', task: 't' }, '`items` must be a list of items, got undefined'],
    [{ kind: 'starmap', task: 't', items: [[1], 2] }, '`items[1]` must be a list of arguments, got 2'],
    [{ kind: 'map', task: 't', items: [], immutable: true }, 'a map has no `immutable`'],
    [{ ...task, link: task }, '`link` must be a list of signatures'],
    [{ ...task, linkError: [{ ...task, task: 5 }] }, '`linkError[0].task` must be the name of a task, got 5'],
    [{ ...task, options: 5 }, '`options` must be an object, got 5'],
    [
      { kind: 'chain', steps: [{ ...task, options: { countdwn: 1 } }] },
      'these call options do not work (`steps[0].options`): there is no call option `countdwn`',
    ],
  ])('says where %o is wrong', (json, text) => {
    expect(() => readCanvas(json)).toThrow(InvalidOptionError);
    expect(() => readCanvas(json)).toThrow(text);
  });

  it('says where an argument is no JSON', () => {
    const json = { kind: 'group', members: [{ ...task, args: [{ at: new Date() }] }] };
    expect(() => readCanvas(json)).toThrow(NotJsonError);
    expect(() => readCanvas(json)).toThrow('members[0].args[0].at is a Date');
    expect(() => readCanvas({ kind: 'map', task: 't', items: [Number.NaN] })).toThrow('items[0] is NaN');
  });

  it('refuses what is too deep, however it is nested, before the stack ends', () => {
    const wrap: ((inner: object) => object)[] = [
      (inner) => ({ kind: 'chain', steps: [inner] }),
      (inner) => ({ kind: 'group', members: [inner] }),
      (inner) => ({ kind: 'chord', header: { kind: 'group', members: [] }, body: inner }),
      (inner) => ({ ...task, link: [inner] }),
      (inner) => ({ ...task, linkError: [inner] }),
    ];
    for (const around of wrap) {
      let deep: object = task;
      for (let depth = 1; depth < MAX_CANVAS_DEPTH; depth++) deep = around(deep);
      expect(() => readCanvas(deep)).not.toThrow();
      for (let depth = 0; depth < 100_000; depth++) deep = around(deep);
      expect(() => readCanvas(deep)).toThrow(`nested more than ${MAX_CANVAS_DEPTH} deep`);
    }
  });

  it('reads whatever can be built, at the deepest too', () => {
    let deep = chain(any.s(1));
    for (let depth = 2; depth < MAX_CANVAS_DEPTH; depth++) deep = chain(deep, any.s(1));
    expect(() => chain(deep)).toThrow(InvalidOptionError);
    expect(JSON.stringify(readCanvas(JSON.parse(JSON.stringify(deep))))).toBe(JSON.stringify(deep));
  });

  it('takes no property from a prototype', () => {
    const text = '{"kind":"task","task":"t","args":[{"__proto__":{"admin":true}}],"__proto__":{"immutable":true}}';
    expect(() => readCanvas(JSON.parse(text))).toThrow('a task has no `__proto__`');
    const read = readCanvas(JSON.parse(text.replace(',"__proto__":{"immutable":true}', '')));
    expect(JSON.stringify(read)).toBe('{"kind":"task","task":"t","args":[{"__proto__":{"admin":true}}]}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}
