import type { QueueOptions } from '../task/app-core.ts';

/** An app, ready to run: what it declares, and its code. */
export interface Deployment {
  readonly name: string;
  readonly queues: ReadonlyMap<string, QueueOptions>;
  readonly bundles: Bundles;
  /** Called once nothing runs any more. */
  readonly cleanUp?: () => void;
}

/** Modules that Lambda would load. */
export interface Bundles {
  /** Exports the handler `worker`. */
  readonly worker: string;
  /** Exports the handler `lost`; has no user code. */
  readonly lost: string;
}
