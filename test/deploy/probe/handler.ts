import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** What a message asks for. */
export interface Wish {
  /** Under which the function writes down what it sees. */
  readonly key: string;
  /** Seconds for which its first delivery is hidden before it is reported as failed. */
  readonly hideSeconds?: number;
  /** Deliveries that are reported as failed; of the work queue only. */
  readonly failures?: number;
}

const dynamo = new DynamoDBClient({});
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

/** Writes down what Lambda says of each record, and lets those fail that ask for it. None of Celeriac is in here. */
export async function handler({ Records }: SQSEvent) {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    const wish = JSON.parse(record.body) as Wish;
    await writeDown(wish.key, record);
    if (await fails(wish, record)) batchItemFailures.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures };
}

async function writeDown(key: string, { attributes, eventSourceARN }: SQSRecord): Promise<void> {
  const Item = {
    key: { S: key },
    at: { S: `${Date.now()} ${crypto.randomUUID()}` },
    queue: { S: eventSourceARN },
    receiveCount: { N: attributes.ApproximateReceiveCount },
    source: { S: attributes.DeadLetterQueueSourceArn ?? '' },
  };
  await dynamo.send(new PutItemCommand({ TableName: process.env.TABLE, Item }));
}

async function fails({ hideSeconds, failures = 0 }: Wish, record: SQSRecord): Promise<boolean> {
  const receiveCount = Number(record.attributes.ApproximateReceiveCount);
  if (hideSeconds !== undefined && receiveCount === 1) {
    const { receiptHandle: ReceiptHandle } = record;
    const QueueUrl = process.env.WORK_QUEUE_URL;
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: hideSeconds }));
    return true;
  }
  return record.eventSourceARN !== process.env.READ_DLQ_ARN && receiveCount <= failures;
}
