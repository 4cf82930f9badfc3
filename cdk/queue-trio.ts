import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  LOST_MAX_RECEIVE_COUNT,
  LOST_TIMEOUT_SECONDS,
  MAX_RECEIVE_COUNT,
  SQS_RETENTION_SECONDS,
  VISIBILITY_MARGIN_SECONDS,
} from '../src/base/limits.ts';
import { deadLetterQueueOf, lostQueueOf } from '../src/ports/queue-names.ts';
import { adoptQueue } from './adopt-queue.ts';
import { given } from './given.ts';
import type { AppPlan, QueuePlan } from './plan.ts';

/** What the queues of an app have in common. */
export interface QueueCommons {
  readonly app: AppPlan;
  readonly encryptionKey?: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Makes the queues of an app, each with the two behind it, in `Queues`. */
export function queueTrios(scope: Construct, commons: QueueCommons): ReadonlyMap<string, QueueTrio> {
  const queues = new Construct(scope, 'Queues');
  return new Map(commons.app.queues.map((plan) => [plan.name, new QueueTrio(queues, plan, commons)]));
}

/**
 * A queue, the lost queue behind it and the dead-letter queue behind that, in `Queue`, `Lost` and `Dlq`.
 *
 * SQS gives the lost queue what was received too often; its function ends it or sends it back. The worker itself sends
 * failed tasks to the dead-letter queue.
 *
 * @see docs/protocol.md
 */
export class QueueTrio extends Construct {
  readonly work: IQueue;
  readonly lost: Queue;
  readonly dlq: Queue;

  constructor(scope: Construct, plan: QueuePlan, commons: QueueCommons) {
    super(scope, plan.name);
    const physical = `${commons.app.prefix}-${plan.name}`;
    const common = commonProps(plan, commons);
    this.dlq = new Queue(this, 'Dlq', { ...common, queueName: deadLetterQueueOf(physical) });
    this.lost = new Queue(this, 'Lost', {
      ...common,
      queueName: lostQueueOf(physical),
      visibilityTimeout: Duration.seconds(LOST_TIMEOUT_SECONDS + VISIBILITY_MARGIN_SECONDS),
      deadLetterQueue: { queue: this.dlq, maxReceiveCount: LOST_MAX_RECEIVE_COUNT },
    });
    const redrive = { queue: this.lost, maxReceiveCount: MAX_RECEIVE_COUNT };
    this.work = plan.props.queue
      ? adoptQueue(plan.props.queue, { plan, redrive, lostName: lostQueueOf(physical) })
      : new Queue(this, 'Queue', {
          ...common,
          queueName: physical,
          visibilityTimeout: Duration.seconds(plan.visibilitySeconds),
          deadLetterQueue: redrive,
        });
  }
}

function commonProps(plan: QueuePlan, { encryptionKey, removalPolicy }: QueueCommons): QueueProps {
  return {
    ...given({ encryptionMasterKey: encryptionKey }),
    encryption: encryptionKey ? QueueEncryption.KMS : QueueEncryption.SQS_MANAGED,
    retentionPeriod: Duration.seconds(SQS_RETENTION_SECONDS),
    enforceSSL: true,
    removalPolicy: plan.retired ? RemovalPolicy.DESTROY : removalPolicy,
  };
}
