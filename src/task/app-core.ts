import type { Json } from '../base/json.ts';
import type { Registry } from './definition.ts';

/** A queue as the app declares it: what `celeriac dev` enforces and the construct provisions. */
export interface QueueOptions {
  readonly fifo?: boolean;
  /** Batches that run at the same time, 2 to 1,000. */
  readonly maxConcurrency?: number;
  /** Messages handed to a worker at once. @default 10 */
  readonly batchSize?: number;
  /** Messages of a batch that run side by side. @default all of them */
  readonly batchConcurrency?: number;
}

/** What the untyped parts (sending, the worker, the embedded AWS) know of an app. */
export interface AppCore {
  readonly name: string;
  readonly registry: Registry;
  readonly queues: ReadonlyMap<string, QueueOptions>;
  /**
   * The queue of one call: the call's own, else the task's own, else the first route that fits, else `default`.
   *
   * @throws {UnknownQueueError} nobody declared it
   */
  resolveQueue(task: string, args: readonly Json[], callQueue?: string): string;
}
