import type { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** How a worker runs: for all workers where it stands at the top, for one where it stands at its queue. */
export interface WorkerProps {
  /**
   * Megabytes of a worker; its share of the processor grows with them, one whole processor at 1,769.
   *
   * @default 512, with which two AWS clients and a schema library start in well below a second
   */
  readonly memorySize?: number;
  /**
   * How long an invocation may take, up to 15 minutes: no less than the longest `timeLimit` of the tasks that arrive there.
   *
   * @default ten seconds more than that longest `timeLimit`, so that it is our worker that ends the task; at least 60 seconds
   */
  readonly timeout?: Duration;
  /**
   * Variables for the tasks' code. Those of a queue are added to those of all, and win.
   *
   * All variables of a function together have at most 4 KB, of which ours need some 300 bytes. `NODE_OPTIONS` takes the place of
   * ours, which switches source maps on. The app's modules also find them while the app is read at synth.
   *
   * @default none but ours
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Where the worker reaches what is private. It needs endpoints for SQS and DynamoDB there, or a way to the internet.
   *
   * The lost function stays outside: it runs no code of yours.
   *
   * @default outside of any VPC
   */
  readonly vpc?: IVpc;
  /** @default the VPC's own choice: private subnets */
  readonly vpcSubnets?: SubnetSelection;
  /** @default a new one that lets everything out */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** At most five. @default none */
  readonly layers?: readonly ILayerVersion[];
  /**
   * Invocations of a queue's worker at the same time, 2 to 1,000: what keeps a full queue from taking the account's whole
   * concurrency, or all connections of a database.
   *
   * At a queue it comes before what the app declares; at the top it is for queues of which neither says anything.
   *
   * @default what the app declares, else 20: ten such queues take a fifth of an account's usual 1,000
   */
  readonly maxConcurrency?: number;
}

/** What the stack says of one queue; the app says the rest. */
export interface QueueProps extends WorkerProps {
  /**
   * Messages of one invocation: up to 10, or up to 10,000 with a `maxBatchingWindow`.
   *
   * @default what the app declares, else 10
   */
  readonly batchSize?: number;
  /**
   * How long Lambda may collect messages before it invokes the worker, up to 5 minutes: fewer invocations, later starts.
   *
   * @default none: whatever is there is started at once
   */
  readonly maxBatchingWindow?: Duration;
  /**
   * Pollers that are kept ready and paid for, in place of `maxConcurrency`: for queues that fill within seconds.
   *
   * @default pollers that Lambda adds by itself, 300 more invocations a minute
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  readonly provisionedPollers?: ProvisionedPollers;
  /**
   * Invocations that are kept free for this worker, and are its limit as well; no fewer than its `maxConcurrency`, or its messages
   * use up receives.
   *
   * @default none: workers take what the account has free
   */
  readonly reservedConcurrentExecutions?: number;
  /**
   * Tasks that are sent here although no route says so, by a call's own `queue`: names or globs (`*` is any text). A worker has
   * only the code of tasks that can arrive.
   *
   * @default those whose own queue or route leads here, and those whose route depends on their arguments
   */
  readonly tasks?: readonly string[];
  /**
   * How long a message stays hidden once it was received; no shorter than the function's timeout.
   *
   * @default timeout + `maxBatchingWindow` + 60 seconds. Six times the timeout is advice for workers without a limit of concurrency
   */
  readonly visibilityTimeout?: Duration;
  /**
   * A standard queue that is there already, whatever it is called. Its lost queue and its dead-letter queue are made beside it.
   *
   * What a queue of this stack leaves open (redrive, visibility) is set; an imported one has to be set by hand, and a warning says
   * how.
   *
   * @default a new queue, `<prefix>-<queue>`
   */
  readonly queue?: IQueue;
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html */
export interface ProvisionedPollers {
  /** Pollers that are always there, 2 to 200. */
  readonly minimum: number;
  /** Pollers at most, 2 to 2,000; each has up to ten invocations under way. */
  readonly maximum: number;
}
