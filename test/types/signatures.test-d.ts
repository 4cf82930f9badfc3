import {
  type AnySignature,
  type AsyncResult,
  chain,
  type Errback,
  type GroupSignature,
  group,
  type ImmutableSignature,
  type Signature,
  signatureFrom,
} from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import { app, ids, inc, onFail, ping, save, shout, show, three } from './tasks.ts';

describe('s', () => {
  it('binds the last parameters', () => {
    expectTypeOf(three.s()).toEqualTypeOf<Signature<[a: number, b: string, c: { deep: boolean }], string>>();
    expectTypeOf(three.s({ deep: true })).toEqualTypeOf<Signature<[a: number, b: string], string>>();
    expectTypeOf(three.s('b', { deep: true })).toEqualTypeOf<Signature<[a: number], string>>();
    expectTypeOf(three.s(1, 'b', { deep: true })).toEqualTypeOf<Signature<[], string>>();
  });

  it('checks each bound argument at its place', () => {
    // @ts-expect-error the last parameter is { deep }
    three.s('b');
    // @ts-expect-error excess property
    three.s({ deep: true, typo: 1 });
    // @ts-expect-error number where a string stands
    three.s(5, { deep: true });
    // @ts-expect-error four arguments
    three.s(1, 'b', { deep: true }, 4);
  });

  it('binds optional parameters in every way that fits', () => {
    const t = app.task('optional', {}, (a: string, b?: number) => a + b);
    expectTypeOf(t.s()).toEqualTypeOf<Signature<[a: string, b?: number], string>>();
    expectTypeOf(t.s('x')).toEqualTypeOf<Signature<[], string>>();
    expectTypeOf(t.s(5)).toEqualTypeOf<Signature<[a: string], string>>();
    expectTypeOf(t.s('x', 5)).toEqualTypeOf<Signature<[], string>>();
    const same = app.task('ambiguous', {}, (a: number, b?: number) => a + (b ?? 0));
    expectTypeOf(same.s(5)).toEqualTypeOf<Signature<[] | [a: number], number>>();
    // @ts-expect-error boolean fits nowhere
    t.s(true);
    const all = app.task('allOptional', {}, (a?: string, b?: number) => (a ?? '').length + (b ?? 0));
    expectTypeOf(all.s('x')).toEqualTypeOf<Signature<[], number>>();
    expectTypeOf(all.s(1)).toEqualTypeOf<Signature<[a: string], number>>();
  });

  it('binds rest parameters', () => {
    const t = app.task('rest', {}, (a: string, ...b: number[]) => a + b.length);
    expectTypeOf(t.s()).toEqualTypeOf<Signature<[a: string, ...b: number[]], string>>();
    expectTypeOf(t.s(1, 2)).toEqualTypeOf<Signature<[string, ...number[]], string>>();
    expectTypeOf(t.s('x', 1, 2)).toEqualTypeOf<Signature<[], string>>();
    // @ts-expect-error boolean fits nowhere
    t.s(true);
  });
});

describe('a signature', () => {
  it('is sent with what is missing', () => {
    expectTypeOf(three.s({ deep: true }).delay(1, 'b')).toEqualTypeOf<Promise<AsyncResult<string>>>();
    expectTypeOf(three.s({ deep: true }).applyAsync([1, 'b'], { countdown: 1 })).toEqualTypeOf<
      Promise<AsyncResult<string>>
    >();
    expectTypeOf(three.si(1, 'b', { deep: true }).applyAsync()).toEqualTypeOf<Promise<AsyncResult<string>>>();
    void inc.s(1).applyAsync([], { countdown: 5 });
    // @ts-expect-error missing arguments
    three.s({ deep: true }).delay();
    // @ts-expect-error missing arguments
    three.s({ deep: true }).applyAsync();
    // @ts-expect-error options stand second
    inc.s(1).applyAsync({ countdown: 5 });
    // @ts-expect-error either countdown or eta
    inc.s(1).applyAsync([], { countdown: 5, eta: new Date() });
    // @ts-expect-error wrong argument
    three.s({ deep: true }).applyAsync(['1', 'b']);
    // @ts-expect-error nothing is missing
    inc.si(1).delay(5);
    // @ts-expect-error immutable ones are complete
    inc.si();
  });

  it('keeps its type through set', () => {
    expectTypeOf(inc.si(1).set({ countdown: 1 })).toEqualTypeOf<ImmutableSignature<number>>();
    expectTypeOf(inc.s().set({ queue: 'any' }).set({ expires: '1d' })).toEqualTypeOf<Signature<[n: number], number>>();
    // @ts-expect-error either countdown or eta
    inc.s().set({ countdown: 1, eta: new Date() });
    // @ts-expect-error countdwn
    inc.s().set({ countdwn: 1 });
  });

  it('keeps its type through link, linkError and onError', () => {
    expectTypeOf(
      inc.s().set({ queue: 'any' }).link(show.s()).linkError(onFail.s('#ops')).onError(ping.si()),
    ).toEqualTypeOf<Signature<[n: number], number>>();
    expectTypeOf(inc.si(1).link(chain(show.s(), shout.s()))).toEqualTypeOf<ImmutableSignature<number>>();
    inc.s().link(group([show.s(), inc.s()]));
    inc.s().linkError(chain(onFail.s('#ops'), shout.s()));
    // @ts-expect-error shout takes a string
    inc.s().link(shout.s());
    // @ts-expect-error nothing takes the result
    inc.s().link(show.s(1));
    // @ts-expect-error shout is no errback
    inc.s().onError(shout.s());
    // @ts-expect-error the failure is missing a channel
    inc.s().linkError(onFail.s());
    // @ts-expect-error a task is no signature
    inc.s().link(show);
  });

  it('takes links with the call', () => {
    void inc.s(1).applyAsync([], { link: [show.s(), ping.si()], linkError: onFail.s('#ops') });
    // @ts-expect-error ids takes rows
    void inc.s(1).applyAsync([], { link: ids.s() });
    // @ts-expect-error shout is no errback
    void inc.s(1).applyAsync([], { linkError: [shout.s()] });
    // @ts-expect-error links are no options of set
    inc.s(1).set({ link: show.s() });
  });

  it('is bound to an app without losing its type', () => {
    expectTypeOf(app.signature(inc.s())).toEqualTypeOf<Signature<[n: number], number>>();
    expectTypeOf(app.signature(group([inc.s(1)]))).toEqualTypeOf<GroupSignature<[], [number]>>();
    // @ts-expect-error a task is no signature
    app.signature(inc);
  });

  it('survives JSON', () => {
    expectTypeOf(signatureFrom(save.s('t').toJSON())).toEqualTypeOf<Signature<[values: number[]], number>>();
    expectTypeOf(app.signature(save.s('t').toJSON())).toEqualTypeOf<Signature<[values: number[]], number>>();
    expectTypeOf(signatureFrom(chain(show.s(), shout.s()).toJSON())).toEqualTypeOf<Signature<[n: number], string>>();
    const text = JSON.stringify(show.s());
    expectTypeOf(signatureFrom<[number], string>(JSON.parse(text))).toEqualTypeOf<Signature<[number], string>>();
    expectTypeOf(app.signature<[number], string>(JSON.parse(text))).toEqualTypeOf<Signature<[number], string>>();
  });

  it('is contravariant in what it takes and covariant in what it gives', () => {
    const wide = null as unknown as Signature<[string | number], 1>;
    const narrow: Signature<[string], number> = wide;
    // @ts-expect-error takes less
    const widened: Signature<[string | number], number> = narrow;
    const any: AnySignature[] = [inc.s(), inc.si(1), three.s({ deep: true }), group([inc.s()]), chain(inc.s())];
    const complete: Signature<[], number> = inc.si(1);
    // @ts-expect-error something is missing
    const incomplete: Signature<[], number> = inc.s();
    void [widened, any, complete, incomplete];
  });

  it('is an errback if it takes a failure', () => {
    expectTypeOf(onFail.s('#ops')).toMatchTypeOf<Errback>();
    // @ts-expect-error it takes a number
    const wrong: Errback = show.s();
    // @ts-expect-error the channel is missing
    const missing: Errback = onFail.s();
    void [wrong, missing];
  });
});
