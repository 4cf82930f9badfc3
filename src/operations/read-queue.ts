import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { queueNameOf } from '../ports/sqs-event.ts';
import { isMissing } from './aws-error.ts';
import type { QueueFacts } from './facts.ts';
import { depthOf } from './queue-depth.ts';

/** All attributes of a queue, as SQS answers them. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** The attributes of a queue. Nothing if the queue is gone since its URL was told. */
export async function attributesOf(QueueUrl: string, sqs: SQSClient): Promise<QueueAttributes | undefined> {
  try {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes as QueueAttributes;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What matters of them. */
export function queueFacts(attributes: QueueAttributes): QueueFacts {
  const policy = attributes.RedrivePolicy
    ? (JSON.parse(attributes.RedrivePolicy) as { deadLetterTargetArn?: string; maxReceiveCount?: string | number })
    : undefined;
  const { visible, inFlight, delayed } = depthOf(attributes);
  return {
    name: queueNameOf(attributes.QueueArn ?? ''),
    visibilitySeconds: Number(attributes.VisibilityTimeout),
    retentionSeconds: Number(attributes.MessageRetentionPeriod),
    ...(policy
      ? {
          redrive: {
            to: queueNameOf(policy.deadLetterTargetArn ?? ''),
            maxReceiveCount: Number(policy.maxReceiveCount),
          },
        }
      : {}),
    messages: visible + inFlight + delayed,
  };
}
