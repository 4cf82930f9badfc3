// biome-ignore-all lint/suspicious/noExplicitAny: a signature by name takes whatever it is given
import type { Signature } from './signature.ts';

/**
 * Partial application, `.s(…)`, by the prepend rule: bound arguments are the LAST parameters, since the predecessor's result
 * becomes the first.
 *
 * A task with fixed parameters gets one overload per number of bound arguments, so that each argument is checked by itself,
 * with its name and with excess properties.
 */
export type Bind<P extends unknown[], R> =
  IsAny<P> extends true
    ? (...bound: any[]) => Signature<any, R>
    : HasFixedLength<P> extends true
      ? BindFixed<P, R, P>
      : BindOpen<P, R>;

/** Shortest first and with one type parameter: else an editor completes nothing inside an argument. */
type BindFixed<P extends unknown[], R, Tail extends unknown[]> = Tail extends [unknown, ...infer Shorter]
  ? BindFixed<P, R, Shorter> & ((...bound: Tail) => Signature<DropLast<P, Tail>, R>)
  : <_ = never>() => Signature<P, R>;

/** With optional or rest parameters the same arguments may be bound in several ways: the missing ones are then a union. */
type BindOpen<P extends unknown[], R> = <B extends Suffixes<Arities<P>>>(
  ...bound: B
) => Signature<B extends [] ? P : Before<Arities<P>, B>, R>;

/** Tells `any` from everything else. */
export type IsAny<T> = 0 extends 1 & T ? true : false;
type HasFixedLength<P extends unknown[]> = number extends P['length'] ? false : P extends Required<P> ? true : false;

/** `P` without as many of its last elements as `B` has. */
export type DropLast<P extends unknown[], B extends unknown[]> = B extends [unknown, ...infer Rest]
  ? P extends [...infer Head, unknown]
    ? DropLast<Head, Rest>
    : []
  : P;

/** How many elements of `P` have to be there. */
export type MinLength<P extends unknown[], N extends 0[] = []> = P extends [unknown, ...infer T]
  ? MinLength<T, [...N, 0]>
  : N['length'];

/** `[a, b?, c?]` is `[a] | [a, b] | [a, b, c]`; `[a, ...b[]]` stays, for the rest has any length. */
type Arities<P extends unknown[], Full extends unknown[] = Required<P>> = number extends P['length']
  ? Full
  : Full['length'] extends MinLength<P>
    ? Full
    : Full extends [...infer Shorter, unknown]
      ? Full | Arities<P, Shorter>
      : Full;

type Suffixes<P extends unknown[]> = P extends [unknown, ...infer T]
  ? P | Suffixes<T>
  : P extends []
    ? []
    : P | Rest<P>;
type Rest<P extends unknown[]> = P extends [_?: infer H, ...rest: infer T] ? (H[] extends P ? P : Rest<T>) : P;

/** What stands before `B` in each arity that ends with it. */
type Before<P extends unknown[], B extends unknown[]> = P extends unknown[]
  ? number extends P['length']
    ? BeforeRest<P, B>
    : B extends []
      ? P
      : [P, B] extends [[...infer PI, infer PL], [...infer BI, infer BL]]
        ? BL extends PL
          ? Before<PI, BI>
          : never
        : never
  : never;

/** `[f1, …, fn, ...r[]]`: `B` lies inside the rest, or covers it and some of the fixed parameters. */
type BeforeRest<P extends unknown[], B extends unknown[], Head extends unknown[] = []> = P extends [infer H, ...infer T]
  ? (B extends P ? Head : never) | BeforeRest<T, B, [...Head, H]>
  : B extends P
    ? [...Head, ...P]
    : never;
