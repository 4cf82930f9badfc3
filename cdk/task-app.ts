import { RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allowFrom, type TaskSource } from './allow-from.ts';
import { checkProps } from './check-props/check-props.ts';
import { type ConfigureOptions, configureProducer } from './configure.ts';
import { environmentOf, variablesOf } from './environment.ts';
import { handlerCode } from './handler-code.ts';
import { LostFunction } from './lost-function.ts';
import { monitor } from './monitor.ts';
import { addOutputs } from './outputs.ts';
import { mayReadResults, maySend } from './permissions.ts';
import { planApp } from './plan.ts';
import { queueTrios } from './queue-trio.ts';
import { readAppOnce } from './read-once.ts';
import type { AppResources, QueueResources } from './resources.ts';
import { resourcesOf } from './resources-of.ts';
import { taskTable } from './table.ts';
import type { TaskAppProps } from './task-app-props.ts';
import { TaskMetrics } from './task-metrics.ts';
import { TaskQueues } from './task-queues.ts';
import { type WorkerFunction, workerFunctions } from './worker-function.ts';

/**
 * Everything that an app needs on AWS, derived from its code: queues, workers, the function of lost messages and the table.
 *
 * The ids of what is in it (`Queues/<queue>/Queue`, `Workers/<queue>/Function`, `Table`, …) are part of its contract: a new
 * version never renames them, or CloudFormation would replace what holds tasks.
 *
 * @see docs/deploy.md
 */
export class TaskApp extends TaskMetrics implements AppResources {
  /** The app's name. */
  readonly name: string;
  /** What the names of its queues begin with. */
  readonly prefix: string;
  readonly table: ITable;
  /** By the app's names of them. */
  readonly queues: ReadonlyMap<string, QueueResources>;
  /** Reads what SQS gave up on. */
  readonly lost: IFunction;
  /** By these variables a producer finds the app: an ECS container, an API on a server. A Lambda function is better given to `configure`. */
  readonly environment: Readonly<Record<string, string>>;

  readonly #taskQueues: TaskQueues;
  readonly #workers: ReadonlyMap<string, WorkerFunction>;

  /**
   * @throws {ConfigurationError} lists everything that cannot work: in the app, in the props, and between the two
   */
  constructor(scope: Construct, id: string, props: TaskAppProps) {
    super(scope, id);
    const manifest = readAppOnce(props.entry, variablesOf(props));
    const plan = planApp(manifest, props);
    checkProps({ scope: this, manifest, plan, props });
    const settings = { ...props, removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN, app: plan };

    const trios = queueTrios(this, settings);
    this.table = taskTable(this, settings);
    this.environment = environmentOf(this, { plan, queues: trios, table: this.table });

    const code = handlerCode(this, props.entry, manifest, plan);
    const parts = { ...settings, code, places: this.environment, queues: trios, table: this.table };
    this.#workers = workerFunctions(this, parts);
    const lost = new LostFunction(this, parts);

    this.name = plan.name;
    this.prefix = plan.prefix;
    this.lost = lost.function;
    this.queues = resourcesOf(plan, trios, this.#workers);
    this.#taskQueues = new TaskQueues(plan, this.queues);
    addOutputs(this);
    monitor(this, props);
  }

  /**
   * The queue to which a task's calls go that say nothing else.
   *
   * @throws {ConfigurationError} there is no such task, or its queue depends on its arguments
   */
  queueFor(task: string): IQueue {
    return this.#taskQueues.of(task);
  }

  /**
   * A queue's worker: its `function`, and its `grantee` for whatever its tasks use.
   *
   * @throws {ConfigurationError} there is no such queue
   */
  worker(queue: string): WorkerFunction {
    return this.#workers.get(this.resources(queue).name) as WorkerFunction;
  }

  /**
   * Lets somebody send these tasks, alone and in canvases, and revoke them. Of a workflow all tasks have to be named that may
   * follow at once; without names: all tasks.
   *
   * @throws {ConfigurationError} there is no such task
   */
  grantSend(grantee: IGrantable, ...tasks: string[]): Grant {
    return maySend(grantee, this.#taskQueues.reachedBy(tasks), this.table);
  }

  /** Lets somebody read states and results. */
  grantReadResults(grantee: IGrantable): Grant {
    return mayReadResults(grantee, this.table);
  }

  /**
   * Makes a function a producer: tells it where the queues and the table are, and lets it send and read results.
   *
   * @throws {ConfigurationError} there is no such task
   */
  configure(producer: LambdaFunction, options: ConfigureOptions = {}): void {
    configureProducer(this, producer, options);
  }

  /**
   * Lets a topic, a bucket, a rule or a service put messages on the queues of these tasks, or on queues of these names.
   *
   * Only the permission: the subscription, notification or target is made where the source is. One that the CDK makes (an
   * `SqsSubscription` to `tasks.queueFor(…)`) gives itself the permission.
   *
   * @throws {ConfigurationError} there is no such task or queue, or none is named
   */
  allowFrom(source: TaskSource, ...tasksOrQueues: string[]): void {
    allowFrom(this, source, this.#taskQueues.named(tasksOrQueues));
  }

  protected override resources(queue: string): QueueResources {
    return this.#taskQueues.resources(queue);
  }
}
