import type { RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { AlarmProps } from './monitoring/alarm-props.ts';
import type { DashboardProps } from './monitoring/dashboard.ts';
import type { QueueProps, WorkerProps } from './worker-props.ts';

/** What a stack says of an app; queues, routes, limits and tasks it reads from the app itself. */
export interface TaskAppProps extends WorkerProps {
  /** The module that exports the app, from where `cdk` is started; or its folder, with `app.ts` or `src/app.ts`. */
  readonly entry: string;
  /**
   * What the names of all queues begin with: `<prefix>-<queue>`. One of its own for every stage that shares an account and region.
   *
   * @default the app's name
   */
  readonly prefix?: string;
  /** What is otherwise for one queue, by its name in the app. @default nothing */
  readonly queues?: Readonly<Record<string, QueueProps>>;
  /**
   * Queues that the app has no more but that may still hold messages: a worker with all tasks drains them, and they are deleted
   * when they are taken off this list.
   *
   * A queue that is removed from the app without standing here is left alone by CloudFormation, with its messages and without a
   * worker.
   *
   * @default none
   */
  readonly retired?: readonly string[];
  /**
   * A table that is there already: keys `pk` and `sk`, both strings, TTL on `expiresAt`.
   *
   * @default a new one, on demand
   */
  readonly table?: ITable;
  /** How the new table is made; not together with `table`. @default on demand, without limits or backups */
  readonly tableOptions?: TableOptions;
  /**
   * Encrypts queues and table; whoever sends or reads is given its use by `grantSend` and `grantReadResults`.
   *
   * Queues with a key cost a call of KMS every five minutes and principal. Log groups have none: their key needs a policy for
   * CloudWatch.
   *
   * @default keys of SQS and of DynamoDB, without charge
   */
  readonly encryptionKey?: IKey;
  /**
   * What becomes of queues, table and log groups when they are taken out of the stack, or the stack is destroyed.
   *
   * @default RETAIN: waiting tasks, dead letters and results are never deleted unasked
   */
  readonly removalPolicy?: RemovalPolicy;
  /** How long the functions' logs are kept. @default one month: twice as long as a dead letter */
  readonly logRetention?: RetentionDays;
  /**
   * Invocations at the same time that this account and region allow: an app whose queues could take more is refused.
   *
   * @default 1,000, as AWS has it unless it was raised
   */
  readonly accountConcurrency?: number;
  /**
   * Alarms for every queue, `{ topic }` for instance; what they cost stands at `AlarmProps`.
   *
   * @default none: without a topic they would tell nobody
   */
  readonly alarms?: AlarmProps;
  /**
   * A dashboard of all queues, `{}` for instance; it shows the alarms as well. Three are free in an account, each other is $3 a month.
   *
   * @default none
   */
  readonly dashboard?: DashboardProps;
  /** Of all functions. @default ARM_64, a fifth cheaper */
  readonly architecture?: Architecture;
}

/** How the table is made. */
export interface TableOptions {
  /**
   * Units a second that the table can take at once, also after a quiet time; paid once, when they are raised. At least 12,000
   * reads and 4,000 writes, which a new table has anyway.
   *
   * @default what DynamoDB gives a new table
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
   */
  readonly warmThroughput?: { readonly readUnitsPerSecond: number; readonly writeUnitsPerSecond: number };
  /**
   * Units a second at most: a limit to what a mistake may cost. Beyond it calls are throttled, and tasks wait and come back.
   *
   * @default none
   */
  readonly maxThroughput?: { readonly readUnitsPerSecond?: number; readonly writeUnitsPerSecond?: number };
  /**
   * Backups of every second of the last 35 days, for about as much again as the storage.
   *
   * @default false: results live for a day, workflows for a month, and what is to be done stands in the queues
   */
  readonly pointInTimeRecovery?: boolean;
  /** @default the construct's own `removalPolicy` */
  readonly removalPolicy?: RemovalPolicy;
}
