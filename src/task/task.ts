import type { Bind } from '../canvas/bind.ts';
import type { CallOptions } from '../canvas/call-options.ts';
import type { AsyncResult } from '../canvas/handle.ts';
import type { Items, MapItems } from '../canvas/items.ts';
import type { QueueName } from '../canvas/register.ts';
import type { GroupSignature, ImmutableSignature, Links } from '../canvas/signature.ts';

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
   * Sends it with options and links; a task without parameters may leave the arguments out.
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

  /**
   * One message that calls the task for each item, one after the other; the result is the list of theirs. One failure fails it.
   *
   * The items are read and copied at once.
   *
   * @throws {NotJsonError} an item is not strict JSON
   */
  map(items: MapItems<Args>): ImmutableSignature<Result[]>;

  /** `map` for a task of several parameters: each item is a list of arguments. */
  starmap(items: Items<Readonly<Args>>): ImmutableSignature<Result[]>;

  /**
   * A group of `starmap`s of `size` items each, the last one perhaps of fewer: one message a chunk.
   *
   * @throws {InvalidOptionError} `size` is no whole number from 1 on
   */
  chunks(items: Items<Readonly<Args>>, size: number): GroupSignature<unknown[], Result[][]>;
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
