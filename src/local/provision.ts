import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { TABLE } from '../aws/table.ts';
import { LOST_MAX_RECEIVE_COUNT, MAX_RECEIVE_COUNT, SQS_RETENTION_SECONDS } from '../base/limits.ts';
import { deadLetterQueueOf, lostQueueOf } from '../ports/queue-names.ts';
import { type Addresses, queueNameIn } from './addresses.ts';

/** A declared queue as it is to be made. */
export interface QueueSpec {
  readonly name: string;
  /** Of the work queue: longer than its function may take. */
  readonly visibilitySeconds: number;
  /** Of the lost queue. */
  readonly lostVisibilitySeconds: number;
}

/** Makes a declared queue, its lost queue and its dead-letter queue. @see docs/protocol.md */
export async function createQueues(sqs: SQSClient, addresses: Addresses, spec: QueueSpec): Promise<void> {
  const { name, visibilitySeconds, lostVisibilitySeconds } = spec;
  const [lost, dead] = [lostQueueOf(name), deadLetterQueueOf(name)];
  await createQueue(sqs, addresses, dead, {});
  await createQueue(sqs, addresses, lost, {
    VisibilityTimeout: String(lostVisibilitySeconds),
    RedrivePolicy: redriveTo(addresses, dead, LOST_MAX_RECEIVE_COUNT),
  });
  await createQueue(sqs, addresses, name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: redriveTo(addresses, lost, MAX_RECEIVE_COUNT),
  });
}

/** Makes the table; dynalite has it ready at once. */
export async function createTable(dynamo: DynamoDBClient, TableName: string): Promise<void> {
  const keys = [TABLE.partitionKey, TABLE.sortKey];
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
}

async function createQueue(
  sqs: SQSClient,
  addresses: Addresses,
  queue: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  const QueueName = queueNameIn(addresses, queue);
  const Attributes = { MessageRetentionPeriod: String(SQS_RETENTION_SECONDS), ...attributes };
  await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
}

function redriveTo(addresses: Addresses, queue: string, maxReceiveCount: number): string {
  return JSON.stringify({ deadLetterTargetArn: addresses.arnPrefix + queue, maxReceiveCount: String(maxReceiveCount) });
}
