import type { Json } from '../base/json.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { CallOptions } from './call-options.ts';
import type { AsyncResult } from './handle.ts';
import type { SignatureJson } from './signature-json.ts';

/**
 * A call that is not made yet: a task, its last arguments, its options. Frozen; get one from a task by `.s()` or `.si()`.
 *
 * Contravariant in what it still takes and covariant in what it gives, so that "fits behind" and "is complete" are plain
 * assignability.
 */
export interface Signature<in Missing extends unknown[], out Result> {
  /** Exists only for the compiler. */
  readonly '~takes': (missing: Missing) => void;
  /** Exists only for the compiler. */
  readonly '~gives': Result;

  /** Sends it, with the arguments that are still missing. */
  delay(...missing: Missing): Promise<AsyncResult<Result>>;
  /** Sends it with options; a complete signature may leave out both. */
  applyAsync(this: Signature<[], unknown>): Promise<AsyncResult<Result>>;
  applyAsync(missing: Missing, options?: CallOptions): Promise<AsyncResult<Result>>;
  /** A copy with these options over its own. */
  set(options: CallOptions): this;
  /** Plain data that `signatureFrom` and `app.signature` read again. */
  toJSON(): SignatureJson<Missing, Result>;
}

/** Takes nothing from a predecessor: `task.si(…)`. */
export interface ImmutableSignature<out Result> extends Signature<unknown[], Result> {
  delay(): Promise<AsyncResult<Result>>;
}

/** Any signature at all: `never` is what every one of them takes. */
export type AnySignature = Signature<never, unknown>;

/** What a signature still takes. */
export type MissingOf<S> = S extends { readonly '~takes': (missing: infer M extends unknown[]) => void } ? M : never;

/** What a signature gives. */
export type ResultOf<S> = S extends { readonly '~gives': infer R } ? R : never;

/** What an errback is called with. */
export interface TaskFailure {
  readonly id: string;
  readonly task: string;
  readonly args: readonly Json[];
  readonly error: TaskError;
  readonly root: string;
}

/** A signature that takes a failure. */
export type Errback = Signature<[failure: TaskFailure], unknown>;
