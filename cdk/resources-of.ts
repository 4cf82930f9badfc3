import { Duration } from 'aws-cdk-lib';
import { given } from './given.ts';
import type { AppPlan } from './plan.ts';
import type { QueueTrio } from './queue-trio.ts';
import type { QueueResources } from './resources.ts';
import type { WorkerFunction } from './worker-function.ts';

/** What was made for each queue, by the app's names of them. */
export function resourcesOf(
  { queues }: AppPlan,
  trios: ReadonlyMap<string, QueueTrio>,
  workers: ReadonlyMap<string, WorkerFunction>,
): ReadonlyMap<string, QueueResources> {
  return new Map(
    queues.map(({ name, timeoutSeconds, memorySize, batchSize, maxConcurrency }): [string, QueueResources] => {
      const { work, lost, dlq } = trios.get(name) as QueueTrio;
      const worker = workers.get(name) as WorkerFunction;
      const { function: runs, mapping } = worker;
      const timeout = Duration.seconds(timeoutSeconds);
      return [
        name,
        {
          name,
          queue: work,
          lost,
          dlq,
          worker: runs,
          mapping,
          timeout,
          memorySize,
          batchSize,
          ...given({ maxConcurrency }),
        },
      ];
    }),
  );
}
