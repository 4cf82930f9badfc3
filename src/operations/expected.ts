import { longestTask } from '../task/function-timeout.ts';
import type { AppManifest } from '../task/manifest.ts';

/** What the code of an app declares, as far as it shows in what is deployed. */
export interface ExpectedQueue {
  readonly name: string;
  /** What the code says; the stack may say otherwise. */
  readonly batchSize?: number;
  readonly maxConcurrency?: number;
  /** Of the tasks that are routed there, the one with the longest limit. */
  readonly longestTask?: { readonly name: string; readonly timeLimitSeconds: number };
}

/** Takes out of a manifest what is compared. */
export function expectedOf({ queues, tasks }: AppManifest): readonly ExpectedQueue[] {
  return queues.map(([name, { batchSize, maxConcurrency }]) => {
    const longest = longestTask(tasks.filter((task) => task.queue === name));
    return {
      name,
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      ...(longest ? { longestTask: longest } : {}),
    };
  });
}
