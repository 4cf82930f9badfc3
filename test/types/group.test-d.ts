import {
  type AsyncResult,
  chain,
  type GroupResult,
  type GroupSignature,
  group,
  type ImmutableSignature,
  type Signature,
} from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import { app, fetchRows, inc, onFail, ping, type Row, save, shout, show, sum } from './tasks.ts';

describe('group', () => {
  it('of a tuple keeps the places', () => {
    const g = group([fetchRows.s(1), show.s(2), ping.si()]);
    expectTypeOf(g).toEqualTypeOf<GroupSignature<[], [Row[], string, string]>>();
    expectTypeOf(g.delay()).toEqualTypeOf<Promise<GroupResult<[Row[], string, string]>>>();
    expectTypeOf(g.applyAsync()).toEqualTypeOf<Promise<GroupResult<[Row[], string, string]>>>();
    expectTypeOf(g.applyAsync([], { queue: 'digest', linkError: onFail.s('#ops') })).toEqualTypeOf<
      Promise<GroupResult<[Row[], string, string]>>
    >();
  });

  it('of an array, an iterable or an async iterable is a list', () => {
    expectTypeOf(group([1, 2].map((n) => inc.s(n)))).toEqualTypeOf<GroupSignature<[], number[]>>();
    expectTypeOf(group(new Set([inc.s(1)]))).toEqualTypeOf<GroupSignature<[], number[]>>();
    expectTypeOf(group(new Map([['a', inc.s(1)]]).values())).toEqualTypeOf<GroupSignature<[], number[]>>();
    async function* stream() {
      for (let n = 0; n < 10; n++) yield inc.s(n);
    }
    expectTypeOf(group(stream())).toEqualTypeOf<GroupSignature<[], number[]>>();
    expectTypeOf(group([inc.s(0), ...[1, 2].map((n) => show.s(n))])).toEqualTypeOf<
      GroupSignature<[], [number, ...string[]]>
    >();
    expectTypeOf(group([])).toEqualTypeOf<GroupSignature<[], []>>();
    expectTypeOf(group([1, 2].map((n) => (n > 1 ? inc.s(n) : show.s(n))))).toEqualTypeOf<
      GroupSignature<[], (string | number)[]>
    >();
  });

  it('takes what all members can take', () => {
    expectTypeOf(group([inc.s(), show.s()])).toEqualTypeOf<GroupSignature<[n: number], [number, string]>>();
    const either = app.task('either', {}, (x: number | string) => (x === 1 ? 1 : 2));
    expectTypeOf(group([inc.s(), either.s()])).toEqualTypeOf<GroupSignature<[n: number], [number, 1 | 2]>>();
    expectTypeOf(group([inc.si(1), show.si(2)])).toEqualTypeOf<GroupSignature<unknown[], [number, string]>>();
    expectTypeOf(group([inc.si(1), show.s()])).toEqualTypeOf<GroupSignature<[n: number], [number, string]>>();
    const objects = group([app.task('oa', {}, (x: { a: 1 }) => x.a).s(), app.task('ob', {}, (x: { b: 2 }) => x.b).s()]);
    expectTypeOf(objects.delay).parameters.toEqualTypeOf<[{ a: 1 } & { b: 2 }]>();
    void group([inc.s(), show.s()]).delay(5);
    // @ts-expect-error missing
    group([inc.s(), show.s()]).applyAsync();
    // @ts-expect-error a text is no number
    group([inc.s(), show.s()]).delay('5');
  });

  it('nests without flattening', () => {
    expectTypeOf(group([group([inc.s(1), show.s(2)]), group([inc.s(3)]), chain(inc.s(4), show.s())])).toEqualTypeOf<
      GroupSignature<[], [[number, string], [number], string]>
    >();
    expectTypeOf(group([group([inc.s()]), show.s()])).toEqualTypeOf<GroupSignature<[n: number], [[number], string]>>();
  });

  it('keeps its type through set and linkError', () => {
    const g = group([inc.s(1)]);
    expectTypeOf(g.set({ queue: 'any' }).linkError(onFail.s('#ops')).onError(ping.si())).toEqualTypeOf<
      GroupSignature<[], [number]>
    >();
    // @ts-expect-error shout is no errback
    g.linkError(shout.s());
  });

  it('has no link', () => {
    // @ts-expect-error a group has no result message of its own
    group([inc.s(1)]).link(sum.s());
    // @ts-expect-error nor by an option of the call
    group([inc.s(1)]).applyAsync([], { link: sum.s() });
  });

  it('refuses what is no signature', () => {
    // @ts-expect-error 5
    group([inc.s(1), 5]);
    // @ts-expect-error a task
    group([inc]);
    // @ts-expect-error pairs
    group(new Map([['a', inc.s(1)]]));
  });
});

describe('the handle of a group', () => {
  it('gives the list', () => {
    type G = GroupResult<[number, string]>;
    expectTypeOf(async (job: G) => job.get()).returns.resolves.toEqualTypeOf<[number, string]>();
    expectTypeOf<G['results'][1]>().toEqualTypeOf<AsyncResult<string>>();
    expectTypeOf<GroupResult<number[]>['results'][number]>().toEqualTypeOf<AsyncResult<number>>();
    expectTypeOf<G>().toMatchTypeOf<AsyncResult<readonly (string | number)[]>>();
  });
});

describe('map, starmap and chunks', () => {
  it('give lists', () => {
    expectTypeOf(inc.map([1, 2])).toEqualTypeOf<ImmutableSignature<number[]>>();
    expectTypeOf(inc.map(new Set([1, 2]))).toEqualTypeOf<ImmutableSignature<number[]>>();
    expectTypeOf(
      save.starmap([
        [[1], 't'],
        [[2], 'u'],
      ]),
    ).toEqualTypeOf<ImmutableSignature<number[]>>();
    expectTypeOf(inc.chunks([[1], [2], [3]], 2)).toEqualTypeOf<GroupSignature<unknown[], number[][]>>();
    expectTypeOf(chain(show.s(1), inc.map([1, 2]), sum.s())).toEqualTypeOf<Signature<[], number>>();
  });

  it('refuse wrong items', () => {
    // @ts-expect-error number, not string
    inc.map(['1']);
    // @ts-expect-error two parameters
    save.map([[1]]);
    // @ts-expect-error no parameter
    ping.map([1]);
    // @ts-expect-error the second item lacks a table
    save.starmap([[[1], 't'], [[2]]]);
    // @ts-expect-error number, not string
    inc.chunks([['1']], 2);
    // @ts-expect-error how many a chunk
    inc.chunks([[1]]);
  });
});
