import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { CfnQueue, type DeadLetterQueue, type IQueue } from 'aws-cdk-lib/aws-sqs';
import type { QueuePlan } from './plan.ts';

/** What an existing queue is to be. */
export interface Adoption {
  readonly plan: QueuePlan;
  readonly redrive: DeadLetterQueue;
  /** Name of its lost queue. */
  readonly lostName: string;
}

/**
 * Takes in a queue that was there before: sets what it leaves open, if it is made in the same stack; else warns, with the
 * command that sets it.
 */
export function adoptQueue(queue: IQueue, adoption: Adoption): IQueue {
  const resource = resourceOf(queue);
  const sameStack = resource && Stack.of(resource) === Stack.of(adoption.redrive.queue);
  if (!resource || !sameStack) {
    warn(queue, adoption, 'is not made in this stack, so it is taken to be set up already. If it is not, set it up by');
    return queue;
  }
  resource.visibilityTimeout ??= adoption.plan.visibilitySeconds;
  if (resource.redrivePolicy === undefined) {
    const { queue: lost, maxReceiveCount } = adoption.redrive;
    resource.redrivePolicy = { deadLetterTargetArn: lost.queueArn, maxReceiveCount };
  } else {
    warn(
      queue,
      adoption,
      'has a dead-letter queue of its own, to which failed messages go without a reason; leave out its `deadLetterQueue`, or run after each deployment',
    );
  }
  return queue;
}

/** The resource of a queue that this app makes; `undefined` for an imported one. */
export function resourceOf(queue: IQueue): CfnQueue | undefined {
  const { defaultChild } = queue.node;
  return defaultChild instanceof CfnQueue ? defaultChild : undefined;
}

/** The name of a queue, as far as it is known: of one that this app makes, the one that it is given there. */
export function nameOf(queue: IQueue): string {
  return resourceOf(queue)?.queueName ?? queue.queueName;
}

function warn(queue: IQueue, { plan, redrive, lostName }: Adoption, why: string): void {
  const lostArn = `arn:aws:sqs:<region>:<account>:${lostName}`;
  const attributes = {
    VisibilityTimeout: String(plan.visibilitySeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: known(queue, lostArn),
      maxReceiveCount: redrive.maxReceiveCount,
    }),
  };
  const url = Token.isUnresolved(queue.queueUrl) ? '<its URL>' : queue.queueUrl;
  Annotations.of(redrive.queue).addWarningV2(
    `celeriac:queue:${plan.name}`,
    `the existing queue of "${plan.name}" ${why}\n  aws sqs set-queue-attributes --queue-url ${url} --attributes '${JSON.stringify(attributes)}'`,
  );
}

/** The ARN of the lost queue, which is in the region and account of the queue. */
function known({ queueArn, queueName }: IQueue, otherwise: string): string {
  if (Token.isUnresolved(queueArn) || Token.isUnresolved(queueName)) return otherwise;
  return queueArn.slice(0, queueArn.length - queueName.length) + otherwise.slice(otherwise.lastIndexOf(':') + 1);
}
