import type { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnEventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** What stands in the stack for one queue of the app. */
export interface QueueResources {
  /** As the app calls it. */
  readonly name: string;
  readonly queue: IQueue;
  /** Takes what was received too often; read by the lost function. */
  readonly lost: IQueue;
  /** Dead letters, for people. */
  readonly dlq: IQueue;
  readonly worker: IFunction;
  readonly mapping: CfnEventSourceMapping;
  /** Of the worker. */
  readonly timeout: Duration;
  /** Of the worker, in MB. */
  readonly memorySize: number;
  readonly batchSize: number;
  /** Invocations at the same time; absent with provisioned pollers. */
  readonly maxConcurrency?: number;
}

/** Everything of an app that stands in the stack; what alarms, dashboard and grants are made of. */
export interface AppResources {
  /** The app's name. */
  readonly name: string;
  /** What stands before its queues' names, without the hyphen; its metrics carry it, so that two of an app stay apart. */
  readonly prefix: string;
  readonly table: ITable;
  readonly queues: ReadonlyMap<string, QueueResources>;
  readonly lost: IFunction;
}
