import type { AnySignature, GroupSignature, MissingOf, ResultOf, Signature } from './signature.ts';

/**
 * The steps of a chain, each as it has to be.
 *
 * A homomorphic mapped type: `S` is inferred through it, and each complaint stands at its own step.
 */
export type Steps<S extends readonly unknown[]> = {
  [K in keyof S]: number extends S['length'] ? SpreadStep<S, K> : Follows<[null, ...S][K & keyof [null, ...S]], S[K]>;
};

/** The last of the steps, any of them where only their list is known. */
export type LastOf<S extends readonly unknown[]> = S extends readonly [...unknown[], infer L] ? L : S[number];

/** What should stand there, of `Next`'s own kind, so that the compiler compares arguments and not members. */
export type Expected<M extends unknown[], Next> =
  Next extends GroupSignature<never, infer R> ? GroupSignature<M, R> : Signature<M, unknown>;

/** `Next` itself if it can follow `Prev`, and otherwise what should stand there, or the reason why it cannot. */
type Follows<Prev, Next> = Next extends AnySignature
  ? [Prev] extends [AnySignature]
    ? [ResultOf<Prev>] extends MissingOf<Next>
      ? Next
      : [MissingOf<Next>] extends [never]
        ? 'the members of this group take different arguments'
        : MissingOf<Next> extends []
          ? "all arguments are bound, so nothing takes the predecessor's result: bind one fewer, or use .si()"
          : Expected<[ResultOf<Prev>], Next>
    : Next
  : 'a step is a signature: call .s() or .si() on the task';

/** Among spread steps a mapped type cannot see the neighbours; the first step answers for all of them. */
type SpreadStep<S extends readonly unknown[], K> = K extends '0'
  ? S extends Followed<S, null>
    ? S[0]
    : 'one of the steps cannot take the result of the one before it'
  : S[K & keyof S];

type Followed<S extends readonly unknown[], Prev> = S extends readonly []
  ? readonly []
  : S extends readonly [infer H, ...infer T]
    ? readonly [Follows<Prev, H>, ...Followed<T, H>]
    : S extends readonly [...infer I, infer L]
      ? readonly [...Followed<I, Prev>, Follows<I extends readonly [...unknown[], infer P] ? P : Prev | I[number], L>]
      : readonly Follows<Prev | S[number], S[number]>[];
