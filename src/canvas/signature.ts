import type { Json } from '../base/json.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { CallOptions } from './call-options.ts';
import type { DescribeOptions } from './describe.ts';
import type { AsyncResult, GroupResult } from './handle.ts';
import type { SignatureJson } from './signature-json.ts';

/**
 * A call that is not made yet: a task with its last arguments and its options, or a canvas of such. Frozen; get one from a task
 * by `.s()` or `.si()`, and from others by `chain`, `group` and `chord`.
 *
 * Contravariant in what it still takes and covariant in what it gives, so that "fits behind", "is complete" and "may be an
 * errback" are plain assignability.
 */
export interface Signature<in Missing extends unknown[], out Result> {
  /** Exists only for the compiler. */
  readonly '~takes': (missing: Missing) => void;
  /** Exists only for the compiler. */
  readonly '~gives': Result;

  /** Sends it, with the arguments that are still missing. */
  delay(...missing: Missing): Promise<AsyncResult<Result>>;

  /** Sends it with options and links; a complete signature may leave out both. */
  applyAsync(this: Signature<[], unknown>): Promise<AsyncResult<Result>>;
  applyAsync(missing: Missing, options?: CallOptions & Links<Result>): Promise<AsyncResult<Result>>;

  /**
   * A copy with these options over its own.
   *
   * On a canvas they reach every task inside that does not say otherwise; `countdown` and `eta` only those that it begins with.
   */
  set(options: CallOptions): this;

  /** A copy that also sends `callback` with the result: of a chain its last step's, of a chord its body's. */
  link(callback: Signature<[Result], unknown>): this;

  /**
   * A copy that also sends `errback` with the failure, a `TaskFailure`.
   *
   * On a chain or a chord once, whichever step fails; on a group once for each member that fails.
   */
  linkError(errback: Errback): this;
  /** Celery's `on_error`: the same as `linkError`. */
  onError(errback: Errback): this;

  /** `a.pipe(b)` is `chain(a, b)`. */
  pipe<Next>(next: Signature<[Result], Next>): Signature<Missing, Next>;

  /**
   * Plain data that `signatureFrom` and `app.signature` read again. A group of a stream is read for it, and keeps its members.
   *
   * @throws {StreamUsedError} a stream inside has been sent already, or is an async iterable
   */
  toJSON(): SignatureJson<Missing, Result>;

  /** The names of its tasks as a tree, or as a Mermaid flowchart; never arguments. */
  describe(options?: DescribeOptions): string;
}

/** Takes nothing from a predecessor: `task.si(…)`, and every canvas that begins with such. */
export interface ImmutableSignature<out Result> extends Signature<unknown[], Result> {
  delay(): Promise<AsyncResult<Result>>;
  pipe<Next>(next: Signature<[Result], Next>): ImmutableSignature<Next>;
}

/** A group's result is the list of its members' results, in definition order. */
export interface GroupSignature<in Missing extends unknown[], out Results extends readonly unknown[]>
  extends Signature<Missing, Results> {
  delay(...missing: Missing): Promise<GroupResult<Results>>;
  applyAsync(this: Signature<[], unknown>): Promise<GroupResult<Results>>;
  applyAsync(missing: Missing, options?: CallOptions & ErrorLinks): Promise<GroupResult<Results>>;
  /** A group has no result of its own: use `pipe`, `chord`, or `link` on its members. */
  readonly link: never;
}

/** What is to be sent once the task has ended: options of a call. */
export interface Links<Result> extends ErrorLinks {
  /** Sent with the result. */
  readonly link?: Signature<[Result], unknown> | readonly Signature<[Result], unknown>[];
}

/** What is to be sent once the task has failed. */
export interface ErrorLinks {
  /** Sent with the failure. */
  readonly linkError?: Errback | readonly Errback[];
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
