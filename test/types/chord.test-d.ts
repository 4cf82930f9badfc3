import { chain, chord, group, type ImmutableSignature, type Settled, type Signature } from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import { app, inc, ping, save, shout, show, sum } from './tasks.ts';

describe('chord', () => {
  it('gives the list to the body', () => {
    expectTypeOf(chord([inc.s(1), inc.s(2)], sum.s())).toEqualTypeOf<Signature<[], number>>();
    const members = [1, 2].map((n) => inc.s(n));
    expectTypeOf(chord(members, save.s('t'))).toEqualTypeOf<Signature<[], number>>();
    expectTypeOf(chord([inc.s(), inc.s()], sum.s())).toEqualTypeOf<Signature<[n: number], number>>();
    expectTypeOf(chord(group([inc.s(), inc.s()]), sum.s())).toEqualTypeOf<Signature<[n: number], number>>();
    expectTypeOf(chord([inc.s(1)], ping.si())).toEqualTypeOf<Signature<[], string>>();
    expectTypeOf(chord([inc.si(1)], sum.s())).toEqualTypeOf<ImmutableSignature<number>>();
    const pair = app.task('pair', {}, ([a, b]: [number, string]) => a + b);
    expectTypeOf(chord([inc.s(1), show.s(1)], pair.s())).toEqualTypeOf<Signature<[], string>>();
    // @ts-expect-error the other way round
    chord([show.s(1), inc.s(1)], pair.s());
  });

  it('takes streams and chunks as header', () => {
    function* stream() {
      for (let n = 0; n < 10; n++) yield inc.s(n);
    }
    expectTypeOf(chord(stream(), sum.s())).toEqualTypeOf<Signature<[], number>>();
    const flat = app.task('flat', {}, (xs: number[][]) => xs.flat());
    expectTypeOf(chord(inc.chunks([[1], [2], [3]], 2), flat.s())).toEqualTypeOf<ImmutableSignature<number[]>>();
    // @ts-expect-error the body gets the list
    chord(stream(), inc.s());
  });

  it('takes any canvas as body', () => {
    expectTypeOf(chord([inc.s(1)], chain(sum.s(), show.s()))).toEqualTypeOf<Signature<[], string>>();
    expectTypeOf(chord([inc.s(1)], group([sum.s(), sum.s()]))).toEqualTypeOf<Signature<[], [number, number]>>();
    expectTypeOf(chord([inc.s(1)], chord([sum.s(), sum.s()], sum.s()))).toEqualTypeOf<Signature<[], number>>();
    expectTypeOf(chord([chord([inc.s(1)], sum.s()), chord([inc.s(1)], sum.s())], sum.s())).toEqualTypeOf<
      Signature<[], number>
    >();
    const lists = app.task('lists', {}, (xs: number[][]) => xs.length);
    expectTypeOf(chord([group([inc.s(1)]), group([inc.s(2)])], lists.s())).toEqualTypeOf<Signature<[], number>>();
  });

  it('complains at the body', () => {
    // @ts-expect-error shout takes a string
    chord([inc.s(1)], shout.s());
    // @ts-expect-error sum takes numbers
    chord([show.s(1)], sum.s());
    // @ts-expect-error nothing takes the list
    chord([inc.s(1)], sum.s([1]));
    // @ts-expect-error a task is no signature
    chord([inc.s(1)], sum);
    // @ts-expect-error there is none
    chord([inc.s(1)]);
    // @ts-expect-error shout, the first of the body, takes a string
    chord([inc.s(1)], chain(shout.s(), shout.s()));
  });

  it('shows every slot where failures are tolerated', () => {
    const report = app.task('report', {}, (slots: Settled<number>[]) =>
      slots.filter((slot) => slot.status === 'SUCCESS').map((slot) => slot.value),
    );
    expectTypeOf(chord([inc.s(1)], report.s(), { onError: 'settle' })).toEqualTypeOf<Signature<[], number[]>>();
    const members = [1].map((n) => inc.s(n));
    expectTypeOf(chord(members, report.s(), { onError: { atLeast: 1 } })).toEqualTypeOf<Signature<[], number[]>>();
    expectTypeOf(chord([inc.s(1)], report.s(), { onError: { maxFailures: 2 } })).toEqualTypeOf<
      Signature<[], number[]>
    >();
    const both = app.task('both', {}, ([a, b]: [Settled<number>, Settled<string>]) => a.status + b.status);
    expectTypeOf(chord([inc.s(1), show.s(1)], both.s(), { onError: 'settle' })).toEqualTypeOf<Signature<[], string>>();
    // @ts-expect-error sum takes numbers, not settled slots
    chord([inc.s(1)], sum.s(), { onError: 'settle' });
    // @ts-expect-error report takes settled slots, not numbers
    chord([inc.s(1)], report.s());
    // @ts-expect-error no such policy
    chord([inc.s(1)], sum.s(), { onError: 'setle' });
    // @ts-expect-error no such policy
    chord([inc.s(1)], sum.s(), { onError: { atMost: 1 } });
  });

  it('lets the body be either where the policy is known only at run time', () => {
    const report = app.task('reportLater', {}, (slots: Settled<number>[]) => slots.length);
    const onError = null as unknown as 'settle' | { atLeast: number } | { maxFailures: number } | undefined;
    chord([inc.s(1)], report.s(), { onError });
    chord([inc.s(1)], sum.s(), { onError });
    // @ts-expect-error shout takes neither
    chord([inc.s(1)], shout.s(), { onError });
    // @ts-expect-error a misspelt policy, whatever the body takes
    chord([inc.s(1)], report.s(), { onError: 'setle' });
  });

  it('tells the slots apart by their status', () => {
    expectTypeOf<Settled<number>['status']>().toEqualTypeOf<'SUCCESS' | 'FAILURE' | 'REVOKED' | 'IGNORED'>();
    const slot = null as unknown as Settled<number>;
    if (slot.status === 'SUCCESS') expectTypeOf(slot.value).toEqualTypeOf<number>();
    // @ts-expect-error there is no value
    else void slot.value;
  });
});
