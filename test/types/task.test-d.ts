// biome-ignore-all lint/suspicious/noExplicitAny: what is untyped has to stay so
import type { Json, Task, TaskContext } from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { app, fetchRows, type Q, type Row, SmtpError, save } from './tasks.ts';

const sendDigest = app.task(
  'digest.sendForUser',
  {
    args: z.tuple([z.int()]),
    bind: true,
    autoretryFor: [SmtpError, (error) => error.code === 'ECONNRESET'],
    dontAutoretryFor: [TypeError],
    retryBackoff: true,
    retryBackoffMax: '5m',
    retryJitter: false,
    defaultRetryDelay: 30,
    maxRetries: null,
    softTimeLimit: 30,
    timeLimit: '1m',
    acksLate: true,
    trackStarted: true,
    ignoreResult: false,
    storeErrorsEvenIfIgnored: true,
    throws: [RangeError],
    expires: '1d',
    resultExpires: '7d',
    rateLimit: '10/s',
    queue: 'digest',
  },
  async (self, userId) => {
    expectTypeOf(self).toEqualTypeOf<TaskContext<[number]>>();
    expectTypeOf(userId).toEqualTypeOf<number>();
  },
);

describe('the type of a task', () => {
  it('is readable: name, labelled arguments, result, queues', () => {
    expectTypeOf(sendDigest).toEqualTypeOf<Task<'digest.sendForUser', [userId: number], null, Q>>();
    expectTypeOf(fetchRows).toEqualTypeOf<Task<'fetchRows', [id: number], Row[], Q>>();
    expectTypeOf(save).toEqualTypeOf<Task<'save', [values: number[], table: string], number, Q>>();
  });

  it('gives the schema input to callers and the schema output to the body', () => {
    const args = z.tuple([z.iso.datetime().transform((s) => new Date(s)), z.string().default('x')]);
    const t = app.task('when', { args }, (at, tag) => {
      expectTypeOf(at).toEqualTypeOf<Date>();
      expectTypeOf(tag).toEqualTypeOf<string>();
      return at.getTime();
    });
    expectTypeOf(t.delay).parameters.toEqualTypeOf<[at: string, tag?: string]>();
    expectTypeOf(t('2026-01-01')).toEqualTypeOf<Promise<number>>();
  });

  it('takes optional and rest elements', () => {
    const optional = app.task('optional', { args: z.tuple([z.string(), z.number().optional()]) }, (a, b) => {
      expectTypeOf(b).toEqualTypeOf<number | undefined>();
      return a;
    });
    expectTypeOf(optional.delay).parameters.toEqualTypeOf<[a: string, b?: number]>();
    const rest = app.task('rest', { args: z.tuple([z.string()], z.number()), bind: true }, (self, a, ...b) => {
      expectTypeOf(self).toEqualTypeOf<TaskContext<[string, ...number[]]>>();
      expectTypeOf(b).toEqualTypeOf<number[]>();
      return a;
    });
    expectTypeOf(rest.delay).parameters.toEqualTypeOf<[string, ...number[]]>();
    const list = app.task('list', { args: z.array(z.int()) }, (...xs) => xs.length);
    expectTypeOf(list.delay).parameters.toEqualTypeOf<number[]>();
    const frozen = app.task('frozen', { args: z.tuple([z.int(), z.string()]).readonly() }, (a, b) => {
      expectTypeOf(b).toEqualTypeOf<string>();
      return a;
    });
    expectTypeOf(frozen.delay).parameters.toEqualTypeOf<[a: number, b: string]>();
    const none = app.task('none', { args: z.tuple([]) }, () => 1);
    expectTypeOf(none.delay).parameters.toEqualTypeOf<[]>();
  });

  it('infers the arguments from the body without a schema', () => {
    const t = app.task('own', {}, async (a: number, b?: string, ...c: boolean[]) => [a, b ?? '', c.length]);
    expectTypeOf(t.delay).parameters.toEqualTypeOf<[a: number, b?: string, ...c: boolean[]]>();
    const bound = app.task('ownBound', { bind: true }, async (self, a: number, b?: string) => {
      expectTypeOf(self).toEqualTypeOf<TaskContext>();
      return b ? a : 0;
    });
    expectTypeOf(bound).toEqualTypeOf<Task<'ownBound', [a: number, b?: string], number, Q>>();
    const lazy = app.task('lazyBound', { bind: true }, (self) => self.request.retries);
    expectTypeOf(lazy.delay).parameters.toEqualTypeOf<[]>();
    const declared = async (a: number, b: string): Promise<string> => b + a;
    expectTypeOf(app.task('declared', {}, declared)).toEqualTypeOf<
      Task<'declared', [a: number, b: string], string, Q>
    >();
  });

  it('unwraps promises and makes nothing null', () => {
    expectTypeOf(app.task('r1', {}, async () => ({ a: 1 }))()).toEqualTypeOf<Promise<{ a: number }>>();
    expectTypeOf(app.task('r2', {}, () => {})()).toEqualTypeOf<Promise<null>>();
    expectTypeOf(app.task('r3', {}, async (a: boolean) => (a ? 1 : undefined))(true)).toEqualTypeOf<
      Promise<1 | null>
    >();
    expectTypeOf(app.task('r4', {}, (): void => {})()).toEqualTypeOf<Promise<null>>();
    const fails = (): never => {
      throw new Error();
    };
    expectTypeOf(app.task('r5', {}, fails)()).toEqualTypeOf<Promise<never>>();
    expectTypeOf(app.task('r6', {}, (a: string) => JSON.parse(a))('1')).toEqualTypeOf<Promise<any>>();
    expectTypeOf(app.task('r7', {}, (a: string): unknown => a)('1')).toEqualTypeOf<Promise<unknown>>();
  });

  it('takes every JSON result', () => {
    interface Tree {
      readonly value: number;
      readonly children: readonly Tree[];
      note?: string;
    }
    expectTypeOf(app.task('j1', {}, (): Tree => ({ value: 1, children: [] }))()).toEqualTypeOf<Promise<Tree>>();
    expectTypeOf(app.task('j2', {}, (): Record<string, number[]> => ({}))()).toEqualTypeOf<
      Promise<Record<string, number[]>>
    >();
    expectTypeOf(app.task('j3', {}, (a: Json) => a)(1)).toEqualTypeOf<Promise<Json>>();
    expectTypeOf(app.task('j4', {}, (): [1, 'a', null] => [1, 'a', null])()).toEqualTypeOf<Promise<[1, 'a', null]>>();
    expectTypeOf(app.task('j5', {}, (): { a?: string; b: unknown } => ({ b: 1 }))()).toEqualTypeOf<
      Promise<{ a?: string; b: unknown }>
    >();
  });

  it('is callable', () => {
    expectTypeOf(sendDigest(42)).toEqualTypeOf<Promise<null>>();
    // @ts-expect-error number, not string
    sendDigest('42');
    // @ts-expect-error missing
    sendDigest();
  });
});

describe('app.task refuses', () => {
  it('results that are not JSON', () => {
    // @ts-expect-error result.createdAt is a Date
    app.task('n1', {}, async (id: number) => ({ id, createdAt: new Date() }));
    // @ts-expect-error result is a Map
    app.task('n2', {}, () => new Map([[1, 2]]));
    // @ts-expect-error result.list[] may be undefined
    app.task('n3', {}, () => ({ list: [1, undefined] }));
    // @ts-expect-error result.a.b is a bigint
    app.task('n4', {}, () => ({ a: { b: 10n } }));
    class User {
      id = 1;
      save(): void {}
    }
    // @ts-expect-error result.save is a function
    app.task('n5', {}, () => new User());
    // @ts-expect-error result[] is a Set, in one branch only
    app.task('n6', {}, (a: boolean) => (a ? 1 : [new Set([1])]));
    // @ts-expect-error result is binary
    app.task('n7', {}, async () => new Uint8Array());
    // @ts-expect-error result.p is a Promise
    app.task('n8', {}, async () => ({ p: Promise.resolve(1) }));
  });

  it('arguments that are not JSON or have no type', () => {
    // @ts-expect-error args[0] is a Date
    app.task('a1', {}, (when: Date) => when.getTime());
    // @ts-expect-error args[0] is a Date
    app.task('a2', { args: z.tuple([z.date()]) }, () => 1);
    // @ts-expect-error the schema is not that of a tuple
    app.task('a3', { args: z.object({ a: z.int() }) }, () => 1);
    // @ts-expect-error x has no type
    app.task('a4', {}, (x) => (x ? 1 : 0));
    // @ts-expect-error x has no type
    app.task('a5', { bind: true }, (self, x) => (x ? self.request.retries : 0));
    app.task('a6', { args: z.tuple([z.coerce.date()]) }, (when) => when.getTime());
  });

  it('a body that does not fit its schema', () => {
    // @ts-expect-error number, not string
    app.task('b1', { args: z.tuple([z.int()]) }, (s: string) => s);
    // @ts-expect-error one parameter too many
    app.task('b2', { args: z.tuple([z.int()]) }, (a, b) => a + b);
    // @ts-expect-error not a function
    app.task('b3', {}, 5);
    app.task('b4', { args: z.tuple([z.int(), z.int()]) }, (a) => a); // fewer are fine, as everywhere in JavaScript
  });

  it('wrong options', () => {
    // @ts-expect-error queue 'digset'
    app.task('o1', { queue: 'digset' }, () => 1);
    // @ts-expect-error retryBackof
    app.task('o2', { retryBackof: true }, () => 1);
    // @ts-expect-error '30 seconds'
    app.task('o3', { timeLimit: '30 seconds' }, () => 1);
    // @ts-expect-error not an error class
    app.task('o4', { autoretryFor: ['SmtpError'] }, () => 1);
    // @ts-expect-error per fortnight
    app.task('o5', { rateLimit: '1/fortnight' }, () => 1);
    // @ts-expect-error flat: maxRetries stands beside
    app.task('o6', { retryKwargs: { maxRetries: 5 } }, () => 1);
    // @ts-expect-error results always expire
    app.task('o7', { resultExpires: null }, () => 1);
    // @ts-expect-error 'yes'
    app.task('o8', { acksLate: 'yes' }, () => 1);
  });
});
