// biome-ignore-all lint/suspicious/noExplicitAny: what an untyped signature begins stays untyped
import type { IsAny } from './bind.ts';
import type { ImmutableSignature, Signature } from './signature.ts';

/** A canvas is as immutable as what it begins with. */
export type Canvas<M extends unknown[], R> =
  IsAny<M> extends true ? Signature<any, R> : unknown[] extends M ? ImmutableSignature<R> : Signature<M, R>;
