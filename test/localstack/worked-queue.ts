import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { ReceivedMessage } from '../../src/local/queue-client.ts';
import { recordOf } from '../../src/local/sqs-record.ts';
import type { SqsHandler } from '../../src/worker.ts';

/** Where the queues of an app are. */
export interface QueuePlace {
  readonly sqs: SQSClient;
  /** Everything of a queue's URL before its name. */
  readonly queuePrefix: string;
}

/** A function has so long here. */
const TIMEOUT_MS = 60_000;

/** All attributes of a queue. */
export async function attributesOf({ sqs, queuePrefix }: QueuePlace, queue: string): Promise<Record<string, string>> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queuePrefix + queue, AttributeNames: ['All'] });
  return (await sqs.send(command)).Attributes ?? {};
}

/** A queue's ARN. */
export async function arnOf(place: QueuePlace, queue: string): Promise<string> {
  return (await attributesOf(place, queue)).QueueArn ?? '';
}

/**
 * Receives one message, with all that SQS says of it.
 *
 * @param hiddenSeconds  for how long nobody else receives it; 0: it is back at once
 */
export async function receiveOne(
  { sqs, queuePrefix }: QueuePlace,
  queue: string,
  hiddenSeconds: number,
): Promise<Message | undefined> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queuePrefix + queue,
    MaxNumberOfMessages: 1,
    VisibilityTimeout: hiddenSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  return (await sqs.send(command)).Messages?.[0];
}

/**
 * Does what an event source mapping does with one message: hands it to a function and deletes it unless it comes back.
 *
 * @returns the message, and whether the function has done with it
 */
export async function deliverOne(
  place: QueuePlace,
  queue: string,
  handler: SqsHandler,
): Promise<{ readonly message: Message; readonly done: boolean }> {
  const message = await receiveOne(place, queue, 60);
  if (!message) throw new Error(`there is no message on ${queue}`);
  const record = recordOf(message as unknown as ReceivedMessage, {
    arn: await arnOf(place, queue),
    region: 'us-east-1',
  });
  const endsAtMs = performance.now() + TIMEOUT_MS;
  const context = { getRemainingTimeInMillis: () => endsAtMs - performance.now() };
  const { batchItemFailures } = await handler({ Records: [record] }, context);
  const done = batchItemFailures.length === 0;
  if (done) {
    const { ReceiptHandle } = message;
    await place.sqs.send(new DeleteMessageCommand({ QueueUrl: place.queuePrefix + queue, ReceiptHandle }));
  }
  return { message, done };
}

/** Moves all messages of a dead-letter queue as the console and `aws sqs start-message-move-task` do; answers how that ended. */
export async function moved(
  place: QueuePlace,
  from: string,
  to: string | undefined,
): Promise<ListMessageMoveTasksResultEntry> {
  const { sqs } = place;
  const SourceArn = await arnOf(place, from);
  const destination = to === undefined ? {} : { DestinationArn: await arnOf(place, to) };
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...destination }));
  let last: ListMessageMoveTasksResultEntry = {};
  const ended = async () => {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    last = Results[0] ?? {};
    return last.Status;
  };
  await expect.poll(ended, { timeout: 20_000, interval: 100 }).not.toMatch(/RUNNING|CREATED/);
  return last;
}
