import { Duration } from 'aws-cdk-lib';
import {
  LAMBDA_MAX_LAYERS,
  LAMBDA_MAX_MEMORY_MB,
  LAMBDA_MAX_TIMEOUT_SECONDS,
  LAMBDA_MIN_MEMORY_MB,
  MAPPING_MAX_WINDOW_SECONDS,
  SQS_MAX_VISIBILITY_SECONDS,
} from '../../src/base/limits.ts';
import { readWhole, wrong } from '../../src/base/option-readers.ts';
import type { Problems } from '../../src/base/problems.ts';
import { longestTask } from '../../src/task/function-timeout.ts';
import type { QueuePlan } from '../plan.ts';
import type { WorkerProps } from '../worker-props.ts';
import { type Check, notToken } from './checked.ts';

/** Memory, times, layers and network of the workers. */
export const checkWorkers: Check = ({ plan, props }, problems) => {
  checkWorker('', props, problems);
  for (const queue of plan.queues) {
    const at = `queues.${queue.name}.`;
    const { maxBatchingWindow, visibilityTimeout } = queue.props;
    checkWorker(at, queue.props, problems, props);
    checkSeconds(`${at}maxBatchingWindow`, maxBatchingWindow, [0, MAPPING_MAX_WINDOW_SECONDS], problems);
    checkSeconds(`${at}visibilityTimeout`, visibilityTimeout, [0, SQS_MAX_VISIBILITY_SECONDS], problems);
    checkTimes(queue, problems);
  }
};

/** @param defaults  of all workers, where these are the props of one */
function checkWorker(at: string, props: WorkerProps, problems: Problems, defaults?: WorkerProps): void {
  const { memorySize, timeout, layers = [], vpc = defaults?.vpc, vpcSubnets, securityGroups } = props;
  if (memorySize !== undefined && notToken(`${at}memorySize`, memorySize, problems)) {
    const read = readWhole(LAMBDA_MIN_MEMORY_MB, LAMBDA_MAX_MEMORY_MB);
    problems.attempt(() => read(memorySize, `${at}memorySize`));
  }
  checkSeconds(`${at}timeout`, timeout, [1, LAMBDA_MAX_TIMEOUT_SECONDS], problems);
  if (layers.length > LAMBDA_MAX_LAYERS) {
    problems.add(wrong(`${at}layers`, `at most ${LAMBDA_MAX_LAYERS} layers`, layers.length).message);
  }
  for (const [name, value] of Object.entries({ vpcSubnets, securityGroups })) {
    if (value === undefined || vpc) continue;
    problems.add(`\`${at}${name}\` is set, but there is no \`vpc\` that it belongs to; set \`${at}vpc\` as well`);
  }
}

function checkSeconds(name: string, value: unknown, [min, max]: readonly [number, number], problems: Problems): void {
  if (value === undefined) return;
  if (!(value instanceof Duration)) {
    problems.add(wrong(name, 'a Duration', value, 'write Duration.seconds(…) of aws-cdk-lib').message);
  } else if (notToken(name, value, problems)) {
    const seconds = value.toSeconds({ integral: false });
    if (Number.isInteger(seconds) && seconds >= min && seconds <= max) return;
    problems.add(wrong(name, `${min} to ${max} whole seconds`, seconds).message);
  }
}

/** A task within its function's timeout, and that within its messages' visibility. A comparison with `NaN` is false. */
function checkTimes(
  { name, tasks, timeoutSeconds, windowSeconds, visibilitySeconds }: QueuePlan,
  problems: Problems,
): void {
  const longest = longestTask(tasks);
  if (longest && timeoutSeconds < longest.timeLimitSeconds) {
    problems.add(
      `the worker of queue "${name}" has a \`timeout\` of ${timeoutSeconds} seconds, but its task "${longest.name}" a time limit of ${longest.timeLimitSeconds}: Lambda would end the whole batch first; allow it that long, or lower the task's \`timeLimit\``,
    );
  }
  if (visibilitySeconds < timeoutSeconds + windowSeconds) {
    const window = windowSeconds > 0 ? ` and a \`maxBatchingWindow\` of ${windowSeconds}` : '';
    problems.add(
      `queue "${name}" has a \`visibilityTimeout\` of ${visibilitySeconds} seconds, but its worker a \`timeout\` of ${timeoutSeconds}${window}: tasks would be given out again while they run; leave it out, or set at least ${timeoutSeconds + windowSeconds}`,
    );
  }
}
