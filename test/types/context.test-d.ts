import { group, Ignore, Reject, Retry, type Task } from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { app, inc, type Q, show } from './tasks.ts';

describe('self', () => {
  it('knows the request, the signal, the log and the state', () => {
    app.task('self', { bind: true }, async (self, n: number) => {
      expectTypeOf(self.signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(self.request.id).toEqualTypeOf<string | null>();
      expectTypeOf(self.request.retries).toEqualTypeOf<number>();
      expectTypeOf(self.request.eta).toEqualTypeOf<Date | null>();
      expectTypeOf(self.request.headers).toEqualTypeOf<Readonly<Record<string, string>>>();
      await self.updateState('PROGRESS', { done: 1 });
      await self.updateState('WAITING');
      self.log.info('x', { n });
      // @ts-expect-error meta.at is a Date
      await self.updateState('PROGRESS', { at: new Date() });
      // @ts-expect-error it is read only
      self.request.retries = 5;
    });
  });

  it('refuses wrong retries', () => {
    app.task('retries', { bind: true, args: z.tuple([z.string()]) }, async (self, url) => {
      expectTypeOf(self.retry).returns.toEqualTypeOf<never>();
      const retries = [
        () => self.retry({ countdown: '5m', error: 'anything that was caught' }),
        () => self.retry({ eta: new Date(), maxRetries: null, queue: 'any', args: [`${url}?mirror=2`] }),
        // @ts-expect-error either countdown or eta
        () => self.retry({ countdown: 5, eta: new Date() }),
        // @ts-expect-error retrry
        () => self.retrry(),
        // @ts-expect-error with a schema the arguments of a retry are checked
        () => self.retry({ args: [404] }),
        // @ts-expect-error '5 minutes'
        () => self.retry({ countdown: '5 minutes' }),
      ];
      return retries.length;
    });
  });

  it('ends the flow at throw self.retry() and at return self.retry()', () => {
    const thrown = app.task('thrown', { bind: true }, async (self, n: number) => {
      if (n > 1) throw self.retry();
      return n;
    });
    expectTypeOf(thrown(1)).toEqualTypeOf<Promise<number>>();
    const returned = app.task('returned', { bind: true }, async (self, n: number) => (n > 1 ? self.retry() : n));
    expectTypeOf(returned(1)).toEqualTypeOf<Promise<number>>();
  });

  it('adds the result of self.replace to its own', () => {
    const t = app.task('replacing', { bind: true }, async (self, n: number) => (n > 0 ? self.replace(show.s(n)) : n));
    expectTypeOf(t(1)).toEqualTypeOf<Promise<string | number>>();
    const g = app.task('replacingGroup', { bind: true }, (self, n: number) =>
      self.replace(group([show.s(n), inc.s(n)])),
    );
    expectTypeOf(g(1)).toEqualTypeOf<Promise<[string, number]>>();
    app.task('annotated', { bind: true }, async (self, n: number): Promise<number> => {
      // @ts-expect-error string is not this task's result
      if (n > 0) return self.replace(show.s(n));
      // @ts-expect-error a missing argument
      if (n > 1) return self.replace(inc.s());
      return self.replace(inc.s(n));
    });
    const countdown = app.task(
      'recursive',
      { bind: true },
      async (self, n: number): Promise<number> => (n > 0 ? self.replace(countdown.s(n - 1)) : 0),
    );
    expectTypeOf(countdown).toEqualTypeOf<Task<'recursive', [n: number], number, Q>>();
  });

  it('passes an interface on by retry', () => {
    interface Row {
      id: number;
    }
    app.task('rows', { bind: true }, (self, row: Row): never => self.retry({ args: [row] }));
  });
});

describe('the orders to the worker', () => {
  it('are classes to throw', () => {
    expectTypeOf(new Reject('why')).toMatchTypeOf<Error>();
    expectTypeOf(new Ignore()).toMatchTypeOf<Error>();
    expectTypeOf(new Retry({ countdown: 60 })).toMatchTypeOf<Error>();
  });
});
