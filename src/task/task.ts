import type { Bind } from '../canvas/bind.ts';
import type { CallOptions } from '../canvas/call-options.ts';
import type { AsyncResult } from '../canvas/handle.ts';
import type { QueueName } from '../canvas/register.ts';
import type { Errback, ImmutableSignature, Signature } from '../canvas/signature.ts';

/** A task as its callers see it: everything but running its body here. */
export interface TaskRef<Name extends string, Args extends unknown[], Result, Queue extends string = QueueName> {
  /** The wire contract: it survives refactoring, and every producer and worker knows the task by it. */
  readonly name: Name;

  /**
   * Sends it.
   *
   * @throws {NotJsonError} an argument is not strict JSON; the text names its path and the remedy
   * @throws {InvalidArgumentsError} the arguments do not fit the task's schema
   * @throws {TooLargeError} the message would be larger than SQS allows
   * @throws {SendError} the queue did not take it, also after retries
   */
  delay(...args: Args): Promise<AsyncResult<Result>>;

  /**
   * Sends it with options; a task without parameters may leave the arguments out.
   *
   * @throws {InvalidOptionError} an option does not exist or has a wrong value
   * @throws {UnknownQueueError} the app declares no such queue
   * @throws what `delay` throws
   */
  applyAsync(...call: Call<Args, CallOptions<Queue> & Links<Result>>): Promise<AsyncResult<Result>>;

  /** A signature with the LAST parameters bound; the predecessor's result becomes the first. */
  readonly s: Bind<Args, Result>;

  /** A complete signature that takes nothing from a predecessor. */
  si(...args: Args): ImmutableSignature<Result>;
}

/** A task is a function with options: calling it parses the arguments and runs the body here and now, without a queue. */
export interface Task<Name extends string, Args extends unknown[], Result, Queue extends string = QueueName>
  extends TaskRef<Name, Args, Result, Queue> {
  (...args: Args): Promise<Result>;
}

/** Any task at all. */
// biome-ignore lint/suspicious/noExplicitAny: the only type that every parameter list accepts on both sides
export type AnyTask = Task<string, any, any, any>;

type Call<Args extends unknown[], Options> = [] extends Args
  ? [args?: Args, options?: Options]
  : [args: Args, options?: Options];

/** Not built yet: what is to be sent when the task has ended. */
interface Links<Result> {
  readonly link?: Signature<[Result], unknown> | readonly Signature<[Result], unknown>[];
  readonly linkError?: Errback | readonly Errback[];
}
