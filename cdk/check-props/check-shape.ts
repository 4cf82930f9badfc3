import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { isPlainObject } from '../../src/base/json.ts';
import { wrong } from '../../src/base/option-readers.ts';
import type { Problems } from '../../src/base/problems.ts';
import type { TaskAppProps } from '../task-app-props.ts';
import type { QueueProps, WorkerProps } from '../worker-props.ts';
import type { Check } from './checked.ts';

/** Every name is there exactly once: a new prop that is missing here does not compile. */
type Names<T> = { readonly [K in keyof Required<T>]: true };

const WORKER_PROPS: Names<WorkerProps> = {
  memorySize: true,
  timeout: true,
  environment: true,
  vpc: true,
  vpcSubnets: true,
  securityGroups: true,
  layers: true,
  maxConcurrency: true,
};

const QUEUE_PROPS: Names<QueueProps> = {
  ...WORKER_PROPS,
  batchSize: true,
  maxBatchingWindow: true,
  provisionedPollers: true,
  reservedConcurrentExecutions: true,
  tasks: true,
  visibilityTimeout: true,
  queue: true,
};

const APP_PROPS: Names<TaskAppProps> = {
  ...WORKER_PROPS,
  entry: true,
  prefix: true,
  queues: true,
  retired: true,
  table: true,
  tableOptions: true,
  encryptionKey: true,
  removalPolicy: true,
  logRetention: true,
  accountConcurrency: true,
  alarms: true,
  dashboard: true,
  architecture: true,
};

/** SNAPSHOT is for resources that have snapshots; queues and tables on their own have none. */
const REMOVAL_POLICIES = [RemovalPolicy.DESTROY, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE];

/** Names of props that do not exist, and values of a closed list: what TypeScript tells, but not everybody asks it. */
export const checkShape: Check = ({ props }, problems) => {
  problems.unknownNames(props, Object.keys(APP_PROPS), 'prop');
  const { queues = {}, removalPolicy, tableOptions, logRetention } = props;
  if (isPlainObject(queues)) {
    for (const [name, own] of Object.entries(queues)) checkQueue(name, own, problems);
  } else {
    problems.add(wrong('queues', 'an object of props by queue', queues).message);
  }
  among('removalPolicy', removalPolicy, REMOVAL_POLICIES, problems);
  among('tableOptions.removalPolicy', tableOptions?.removalPolicy, REMOVAL_POLICIES, problems);
  const days = Object.values(RetentionDays).filter((value) => typeof value === 'number');
  among('logRetention', logRetention, days, problems, 'use one of RetentionDays');
};

function checkQueue(name: string, own: unknown, problems: Problems): void {
  if (!isPlainObject(own)) problems.add(wrong(`queues.${name}`, 'an object of props, {} for none', own).message);
  else problems.unknownNames(own, Object.keys(QUEUE_PROPS), `prop of queue "${name}":`);
}

function among(name: string, value: unknown, allowed: readonly unknown[], problems: Problems, remedy?: string): void {
  if (value === undefined || allowed.includes(value)) return;
  problems.add(wrong(name, `one of ${allowed.join(', ')}`, value, remedy).message);
}
