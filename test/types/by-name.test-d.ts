// biome-ignore-all lint/suspicious/noExplicitAny: what is untyped has to stay so
import { type AsyncResult, chain, type Signature, sharedTask, type Task, type TaskRef } from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { app, type fetchRows, ids, inc, type Q, type Row, type save } from './tasks.ts';

describe('sendTask', () => {
  it('sends by name', () => {
    expectTypeOf(app.sendTask('elsewhere', [1, 'x'], { queue: 'digest' })).toEqualTypeOf<
      Promise<AsyncResult<unknown>>
    >();
    expectTypeOf(app.sendTask<number>('elsewhere')).toEqualTypeOf<Promise<AsyncResult<number>>>();
    // @ts-expect-error queue 'digset'
    app.sendTask('elsewhere', [], { queue: 'digset' });
    // @ts-expect-error a Date is not JSON
    app.sendTask('elsewhere', [new Date()]);
  });
});

describe('signature', () => {
  it('is untyped where only the name is known', () => {
    expectTypeOf(app.signature('elsewhere', [1])).toEqualTypeOf<Signature<any, any>>();
    expectTypeOf(app.signature<string>('elsewhere')).toEqualTypeOf<Signature<any, string>>();
    // @ts-expect-error queue 'digset'
    app.signature('elsewhere', [], { queue: 'digset' });
  });
});

describe('asyncResult', () => {
  it('has the result that is named', () => {
    expectTypeOf(app.asyncResult('id')).toEqualTypeOf<AsyncResult<unknown>>();
    expectTypeOf(app.asyncResult<Row[]>('id')).toEqualTypeOf<AsyncResult<Row[]>>();
  });
});

describe('remote', () => {
  it('knows tasks by their wire names, from types alone', () => {
    const remote = app.remote<{
      fetchRows: typeof fetchRows;
      alias: typeof save;
      other: 5;
      helper: (a: string) => void;
    }>();
    expectTypeOf(remote('fetchRows')).toEqualTypeOf<TaskRef<'fetchRows', [id: number], Row[], Q>>();
    expectTypeOf(remote('save').s('t')).toEqualTypeOf<Signature<[values: number[]], number>>();
    expectTypeOf(chain(remote('fetchRows').s(1), ids.s(), remote('save').s('t'))).toEqualTypeOf<
      Signature<[], number>
    >();
    expectTypeOf(remote('fetchRows').map([1, 2]).pipe(inc.si(1))).toMatchTypeOf<Signature<[], number>>();
    // @ts-expect-error no such task
    remote('fetchRow');
    // @ts-expect-error the export's name is not the wire name
    remote('alias');
    // @ts-expect-error its body is elsewhere
    remote('fetchRows')(1);
    // @ts-expect-error number, not string
    remote('fetchRows').delay('1');
  });
});

describe('sharedTask', () => {
  it('is typed like app.task', () => {
    const options = { args: z.tuple([z.int()]), bind: true, queue: 'anywhere' } as const;
    const t = sharedTask('shared', options, async (self, n) => self.request.retries + n);
    expectTypeOf(t).toEqualTypeOf<Task<'shared', [n: number], number, string>>();
    expectTypeOf(t.s(1)).toEqualTypeOf<Signature<[], number>>();
    expectTypeOf(chain(t.s(1), inc.s())).toEqualTypeOf<Signature<[], number>>();
    // @ts-expect-error result is a Date
    sharedTask('date', {}, () => new Date());
    // @ts-expect-error a text is no argument of it
    t.delay('1');
  });
});
