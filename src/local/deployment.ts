import type { QueueOptions } from '../task/app-core.ts';

/** An app, ready to run: what it declares, and its code. */
export interface Deployment {
  readonly name: string;
  readonly queues: ReadonlyMap<string, QueueOptions>;
  readonly bundles: Bundles;
  /** Called once nothing runs any more. */
  readonly cleanUp?: () => void;
}

/** Modules that Lambda would load, each with its `handler`. */
export interface Bundles {
  /** Runs the tasks. */
  readonly worker: string;
  /** Reads the lost queues; has no user code. */
  readonly lost: string;
}
