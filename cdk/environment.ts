import { Fn, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { ENV } from '../src/env.ts';
import { deadLetterQueueOf } from '../src/ports/queue-names.ts';
import { DEFAULT_QUEUE } from '../src/task/read-queues.ts';
import { nameOf } from './adopt-queue.ts';
import type { AppPlan } from './plan.ts';
import type { QueueTrio } from './queue-trio.ts';
import type { TaskAppProps } from './task-app-props.ts';

/** What the variables are made of. */
export interface EnvironmentParts {
  readonly plan: AppPlan;
  readonly queues: ReadonlyMap<string, QueueTrio>;
  readonly table: ITable;
}

/** What the app's modules find while they are read: the variables of all workers. */
export function variablesOf({ environment, queues = {} }: TaskAppProps): Record<string, string> {
  return Object.assign({}, ...Object.values(queues).map((queue) => queue?.environment), environment);
}

/** The variables by which a worker or a producer finds the queues and the table. */
export function environmentOf(scope: Construct, { plan, queues, table }: EnvironmentParts): Record<string, string> {
  const others = otherUrls(plan, queues);
  return {
    [ENV.queuePrefix]: queuePrefix(plan, queues),
    [ENV.table]: table.tableName,
    ...(Object.keys(others).length > 0 ? { [ENV.queueUrls]: Stack.of(scope).toJsonString(others) } : {}),
  };
}

/** Everything of a queue's URL before its name, cut from a URL as it was deployed: so it fits every partition and emulator. */
function queuePrefix({ prefix, queues: plans }: AppPlan, queues: ReadonlyMap<string, QueueTrio>): string {
  const trio = queues.get(DEFAULT_QUEUE) as QueueTrio;
  const isOurs = plans.some(({ name, props }) => name === DEFAULT_QUEUE && props.queue === undefined);
  const [{ queueUrl }, name] = isOurs ? [trio.work, DEFAULT_QUEUE] : [trio.dlq, deadLetterQueueOf(DEFAULT_QUEUE)];
  return `${Fn.select(0, Fn.split(`/${prefix}-${name}`, queueUrl))}/${prefix}-`;
}

/** URLs of the existing queues that are called otherwise. */
function otherUrls({ prefix, queues: plans }: AppPlan, queues: ReadonlyMap<string, QueueTrio>): Record<string, string> {
  const existing = plans.flatMap(({ name, props }) => (props.queue ? [{ name, queue: props.queue }] : []));
  const others = existing.filter(({ name, queue }) => nameOf(queue) !== `${prefix}-${name}`);
  return Object.fromEntries(others.map(({ name }) => [name, (queues.get(name) as QueueTrio).work.queueUrl]));
}
