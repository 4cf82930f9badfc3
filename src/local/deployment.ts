import type { QueueOptions } from '../task/app-core.ts';
import type { ManifestTask } from '../task/manifest.ts';

/** An app, ready to run: what it declares, and its code. */
export interface Deployment {
  readonly name: string;
  readonly queues: ReadonlyMap<string, QueueOptions>;
  /** From their time limits come those of the functions. @default none is known */
  readonly tasks?: readonly ManifestTask[];
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
