import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** How many messages a queue holds; exact on the embedded SQS, nearly right on AWS. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** Counts the messages of one queue. */
export async function queueDepth(sqs: SQSClient, QueueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return depthOf(Attributes as Readonly<Record<string, string>>);
}

/** The counts among a queue's attributes. */
export function depthOf(attributes: Readonly<Record<string, string>>): QueueDepth {
  return {
    visible: Number(attributes.ApproximateNumberOfMessages),
    inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
    delayed: Number(attributes.ApproximateNumberOfMessagesDelayed),
  };
}

/** Nothing is there, waits, or is being worked on. */
export function isEmpty({ visible, inFlight, delayed }: QueueDepth): boolean {
  return visible + inFlight + delayed === 0;
}
