import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnEventSourceMapping, FunctionProps } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { given } from './given.ts';
import type { HandlerCode } from './handler-code.ts';
import { type FunctionCommons, HandlerFunction } from './handler-function.ts';
import { mapQueue } from './mapping.ts';
import { mayRunTasks } from './permissions.ts';
import type { AppPlan, QueuePlan } from './plan.ts';
import type { QueueTrio } from './queue-trio.ts';
import type { WorkerProps } from './worker-props.ts';

/** What the functions of an app are made of; the props of all workers are among it. */
export interface AppParts extends FunctionCommons, WorkerProps {
  readonly app: AppPlan;
  readonly code: HandlerCode;
  /** The variables by which they find queues and table. */
  readonly places: Readonly<Record<string, string>>;
  readonly queues: ReadonlyMap<string, QueueTrio>;
  readonly table: ITable;
}

/** Makes a worker for each queue, in `Workers`. */
export function workerFunctions(scope: Construct, parts: AppParts): ReadonlyMap<string, WorkerFunction> {
  const workers = new Construct(scope, 'Workers');
  return new Map(parts.app.queues.map((plan) => [plan.name, new WorkerFunction(workers, plan, parts)]));
}

/** The function that runs the tasks of one queue, under the queue's name, and the `Mapping` that gives it their messages. */
export class WorkerFunction extends HandlerFunction {
  readonly mapping: CfnEventSourceMapping;

  constructor(scope: Construct, plan: QueuePlan, parts: AppParts) {
    const { app, code, places, queues, table } = parts;
    super(scope, plan.name, {
      ...commonsOf(parts),
      description: `Worker of queue ${plan.name} of the task app ${app.name}`,
      code: code.worker(plan.name),
      memorySize: plan.memorySize,
      timeout: Duration.seconds(plan.timeoutSeconds),
      environment: { ...plan.environment, ...places },
      more: ofTheUser(plan, parts),
    });
    const { work, dlq } = queues.get(plan.name) as QueueTrio;
    // to its own also when it is retired: a long wait is a new message there
    const targets = app.queues.filter(({ name, retired }) => !retired || name === plan.name);
    const sends = targets.flatMap(({ name }) => queues.get(name)?.work ?? []);
    mayRunTasks(this.role, { receives: [work], sends: [...sends, dlq], table });
    this.mapping = mapQueue(this, 'Mapping', { ...plan, queue: work, target: this.function });
  }
}

function commonsOf({ architecture, logRetention, removalPolicy }: FunctionCommons): FunctionCommons {
  return { removalPolicy, ...given({ architecture, logRetention }) };
}

function ofTheUser({ props }: QueuePlan, defaults: WorkerProps): Partial<FunctionProps> {
  const { vpc, vpcSubnets, securityGroups, layers } = { ...defaults, ...given(props) };
  const { reservedConcurrentExecutions } = props;
  return given({
    vpc,
    vpcSubnets,
    securityGroups: securityGroups && [...securityGroups],
    layers: layers && [...layers],
    reservedConcurrentExecutions,
  });
}
