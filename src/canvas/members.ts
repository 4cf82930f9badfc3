import type { AnySignature, MissingOf, ResultOf, Signature } from './signature.ts';

/** Several signatures: a tuple, an array, or a stream of them. */
export type Members = readonly AnySignature[] | Iterable<AnySignature> | AsyncIterable<AnySignature>;

/** What the members give: a tuple's results keep their places; of everything else comes a list. */
export type Results<H> =
  H extends Signature<never, infer R extends readonly unknown[]>
    ? R
    : H extends readonly unknown[]
      ? { -readonly [K in keyof H]: ResultOf<H[K]> }
      : ResultOf<MemberOf<H>>[];

/** What all members can take: the intersection of what they miss; those that take anything have no say. */
export type Shared<H> = H extends AnySignature ? MissingOf<H> : SharedBy<MemberOf<H>>;

type MemberOf<H> = H extends readonly (infer S)[]
  ? S
  : H extends Iterable<infer S> | AsyncIterable<infer S>
    ? S
    : never;

type SharedBy<S> = [Choosy<S>] extends [never]
  ? [S] extends [never]
    ? []
    : unknown[]
  : Choosy<S> extends (missing: infer M extends unknown[]) => void
    ? Plain<M, MissingOf<S>>
    : never;

type Choosy<S> = S extends AnySignature
  ? unknown[] extends MissingOf<S>
    ? never
    : (missing: MissingOf<S>) => void
  : never;

/** Writes `[a: X] & [b: Y]` as `[X & Y]`, and leaves it alone, with its label, where one member's list says it all. */
type Plain<M extends unknown[], Each> = [M] extends [never]
  ? never
  : OneOf<Each extends M ? Each : never> extends infer E extends unknown[]
    ? [E] extends [never]
      ? M['length'] extends 1
        ? [M[0]]
        : M
      : E
    : M;

/** Any one member of a union: `[a: X]` and `[b: X]` are the same type under two names. */
type OneOf<U> = (U extends unknown ? (pick: () => U) => void : never) extends (pick: infer F) => void
  ? F extends () => infer One
    ? One
    : never
  : never;
