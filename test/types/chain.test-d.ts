// biome-ignore-all lint/suspicious/noExplicitAny: what is untyped has to stay so
import { chain, chord, group, type ImmutableSignature, type Signature } from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import { app, fetchRows, ids, inc, ping, save, shout, show, sum, three } from './tasks.ts';

describe('chain', () => {
  it('takes what the first step misses and gives what the last one gives', () => {
    expectTypeOf(chain(fetchRows.s(42), ids.s(), save.s('table'))).toEqualTypeOf<Signature<[], number>>();
    expectTypeOf(chain(fetchRows.s(), ids.s(), save.s('table'))).toEqualTypeOf<Signature<[id: number], number>>();
    expectTypeOf(chain(three.s({ deep: true }), shout.s())).toEqualTypeOf<Signature<[a: number, b: string], string>>();
    expectTypeOf(chain(inc.s())).toEqualTypeOf<Signature<[n: number], number>>();
    void chain(fetchRows.s(), ids.s()).delay(42);
    // @ts-expect-error the first step's argument is missing
    chain(fetchRows.s(), ids.s()).applyAsync();
  });

  it('takes twenty steps', () => {
    const i = inc.s();
    expectTypeOf(chain(inc.s(1), i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, show.s())).toEqualTypeOf<
      Signature<[], string>
    >();
    // @ts-expect-error the last step takes a string
    chain(inc.s(1), i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, shout.s());
    // @ts-expect-error a step in the middle takes a string
    chain(inc.s(1), i, i, i, i, i, i, i, i, i, shout.s(), i, i, i, i, i, i, i, i, show.s());
  });

  it('complains at the step that is wrong', () => {
    chain(
      fetchRows.s(42),
      ids.s(),
      // @ts-expect-error shout takes a string, ids gives number[]
      shout.s(),
      shout.s(),
    );
    // @ts-expect-error two parameters are missing
    chain(ids.s([]), save.s());
    // @ts-expect-error none is left for the predecessor's result
    chain(ids.s([]), sum.s([1]), inc.s());
    // @ts-expect-error a task is no signature
    chain(ids.s([]), sum);
    // @ts-expect-error no step
    chain();
    // @ts-expect-error 5 is no signature
    chain(inc.s(1), 5);
  });

  it('forwards null after a task that returns nothing', () => {
    const nothing = app.task('nothing', {}, () => {});
    const takesNull = app.task('takesNull', {}, (x: null, y: number) => [x, y]);
    chain(nothing.s(), takesNull.s(1));
    chain(nothing.s(), inc.si(1));
    // @ts-expect-error null is no number
    chain(nothing.s(), inc.s());
  });

  it('lets immutable steps ignore their predecessor', () => {
    expectTypeOf(chain(inc.s(1), shout.si('x'), shout.s())).toEqualTypeOf<Signature<[], string>>();
    expectTypeOf(chain(inc.si(1), show.s())).toEqualTypeOf<ImmutableSignature<string>>();
    expectTypeOf(chain(shout.si('x'), chain(inc.si(1), show.s()))).toEqualTypeOf<ImmutableSignature<string>>();
    // @ts-expect-error an immutable step still gives its result to the next one
    chain(inc.s(1), shout.si('x'), inc.s());
  });

  it('takes what may be bound in several ways', () => {
    const ambiguous = app.task('ambiguous', {}, (a: number, b?: number) => a + (b ?? 0));
    expectTypeOf(chain(inc.s(1), ambiguous.s(5))).toEqualTypeOf<Signature<[], number>>();
  });

  it('nests', () => {
    expectTypeOf(chain(chain(chain(inc.s())), chain(inc.s(), show.s()), shout.s())).toEqualTypeOf<
      Signature<[n: number], string>
    >();
    // @ts-expect-error the inner chain takes a number
    chain(show.s(1), chain(inc.s(), show.s()));
  });

  it('has groups and chords as steps', () => {
    expectTypeOf(chain(inc.s(1), group([inc.s(), show.s()]))).toEqualTypeOf<Signature<[], [number, string]>>();
    expectTypeOf(chain(inc.s(1), group([inc.s(), inc.s()]), sum.s(), group([inc.s(), inc.s()]), sum.s())).toEqualTypeOf<
      Signature<[], number>
    >();
    expectTypeOf(chain(inc.s(1), group([shout.si('x'), show.s()]))).toEqualTypeOf<Signature<[], [string, string]>>();
    expectTypeOf(chain(group([inc.s(1), inc.s(2)]), sum.s())).toEqualTypeOf<Signature<[], number>>();
    expectTypeOf(chain(group([inc.s(), inc.s()]), sum.s())).toEqualTypeOf<Signature<[n: number], number>>();
    expectTypeOf(chain(inc.s(1), chord([inc.s(), inc.s()], sum.s()), show.s())).toEqualTypeOf<Signature<[], string>>();
    // @ts-expect-error shout in the group takes a string
    chain(inc.s(1), group([inc.s(), shout.s()]));
    // @ts-expect-error sum takes number[], the group gives [number, string]
    chain(inc.s(1), group([inc.s(), show.s()]), sum.s());
    // @ts-expect-error inc takes a number, a group of one gives a list
    chain(group([inc.s(1)]), inc.s());
    // @ts-expect-error one member takes the result, the other is complete
    chain(inc.s(1), group([inc.s(), inc.s(1)]));
  });

  it('takes spread steps', () => {
    const incs = [1, 2].map(() => inc.s());
    expectTypeOf(chain(inc.s(), ...incs)).toEqualTypeOf<Signature<[n: number], number>>();
    expectTypeOf(chain(inc.s(1), ...incs, show.s(), shout.s())).toEqualTypeOf<Signature<[], string>>();
    // @ts-expect-error incs take numbers
    chain(shout.s('x'), ...incs);
    // @ts-expect-error shout takes a string
    chain(inc.s(1), ...incs, shout.s());
    // @ts-expect-error perhaps there is none
    chain(...incs);
  });

  it('is pipe', () => {
    expectTypeOf(fetchRows.s().pipe(ids.s()).pipe(save.s('t'))).toEqualTypeOf<Signature<[id: number], number>>();
    expectTypeOf(fetchRows.si(1).pipe(ids.s())).toEqualTypeOf<ImmutableSignature<number[]>>();
    expectTypeOf(group([inc.s(1), inc.s(2)]).pipe(sum.s())).toEqualTypeOf<Signature<[], number>>();
    expectTypeOf(inc.s(1).pipe(group([inc.s(), show.s()]))).toEqualTypeOf<Signature<[], [number, string]>>();
    // @ts-expect-error shout takes a string
    fetchRows.s().pipe(shout.s());
    // @ts-expect-error nothing takes the result
    fetchRows.s().pipe(sum.s([1]));
  });

  it('takes untyped signatures', () => {
    const elsewhere = app.signature('elsewhere', [1]);
    expectTypeOf(chain(elsewhere, sum.s(), elsewhere)).toEqualTypeOf<Signature<any, any>>();
    expectTypeOf(chain(inc.s(1), app.signature<string>('elsewhere'), shout.s())).toEqualTypeOf<Signature<[], string>>();
  });

  it('keeps its type through set, links and describe', () => {
    const flow = chain(inc.s(1), show.s());
    expectTypeOf(flow.set({ queue: 'any' }).link(shout.s()).linkError(ping.si())).toEqualTypeOf<
      Signature<[], string>
    >();
    expectTypeOf(flow.describe({ format: 'mermaid' })).toEqualTypeOf<string>();
    // @ts-expect-error the last step gives a string
    flow.link(inc.s());
    // @ts-expect-error no such format
    flow.describe({ format: 'svg' });
  });
});
