import { LAMBDA_MAX_TIMEOUT_SECONDS } from '../base/limits.ts';
import type { ManifestTask } from './manifest.ts';

const LEAST_SECONDS = 60;
/** So that it is our worker that ends a task at its limit, and has the time to say so. */
const MARGIN_SECONDS = 10;

/** The task with the longest time limit; `undefined` if none of them has one. */
export function longestTask(
  tasks: readonly ManifestTask[],
): Required<Pick<ManifestTask, 'name' | 'timeLimitSeconds'>> | undefined {
  const limited = tasks.flatMap(({ name, timeLimitSeconds }) =>
    timeLimitSeconds === undefined ? [] : [{ name, timeLimitSeconds }],
  );
  return limited.sort((a, b) => b.timeLimitSeconds - a.timeLimitSeconds)[0];
}

/** The timeout, in seconds, of a function that runs these tasks, unless it is told otherwise: deployed as well as on this machine. */
export function functionTimeoutSeconds(tasks: readonly ManifestTask[]): number {
  const longest = longestTask(tasks)?.timeLimitSeconds ?? 0;
  return Math.min(LAMBDA_MAX_TIMEOUT_SECONDS, Math.max(LEAST_SECONDS, longest + MARGIN_SECONDS));
}
