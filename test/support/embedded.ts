import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { TABLE } from '../../src/aws/table.ts';
import { LOST_MAX_RECEIVE_COUNT, MAX_RECEIVE_COUNT } from '../../src/base/limits.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';

/** An AWS that answers on this machine: its own servers, or those that `AWS_ENDPOINT_URL…` names. */
export interface EmbeddedAws {
  /** What a worker or producer needs in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queuePrefix: string;
  readonly table: string;
  readonly sqs: SQSClient;
  readonly dynamo: DynamoDBClient;
  /** Makes a queue, its lost queue and its dead-letter queue. */
  createQueues(name: string): Promise<void>;
  /** Deletes what was made and ends the servers. */
  stop(): Promise<void>;
}

/** As it was before anything was started here. */
const GIVEN: Readonly<NodeJS.ProcessEnv> = { ...process.env };

const SERVER = resolve(import.meta.dirname, 'embedded-server.ts');

/**
 * Starts fauxqs and dynalite, each in a process of its own on a free port, and makes the table.
 *
 * With `AWS_ENDPOINT_URL`, or both of `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL_DYNAMODB`, in the environment it starts
 * nothing and uses those: so the suites run against LocalStack or MiniStack. Names are new each time.
 */
export async function startEmbeddedAws(): Promise<EmbeddedAws> {
  const [sqsServer, dynamoServer] = await Promise.all([endpoint('SQS', 'sqs'), endpoint('DYNAMODB', 'dynamodb')]);
  const stem = `t${Date.now().toString(36)}${process.pid}-`;
  const environment = {
    AWS_REGION: GIVEN.AWS_REGION ?? 'us-east-1',
    AWS_ACCESS_KEY_ID: GIVEN.AWS_ACCESS_KEY_ID ?? 'test',
    AWS_SECRET_ACCESS_KEY: GIVEN.AWS_SECRET_ACCESS_KEY ?? 'test',
    AWS_ENDPOINT_URL_SQS: sqsServer.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoServer.url,
  };
  Object.assign(process.env, environment); // the SDK reads them when a client first needs them; never real AWS afterwards
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const dynamo = new DynamoDBClient({});
  const table = `${stem}table`;
  await createTable(dynamo, table);
  const queues: string[] = [];
  const create = async (name: string, redriveTo?: { arn: string; maxReceiveCount: number }) => {
    const made = await createQueue(sqs, stem + name, redriveTo);
    queues.push(made.url);
    return made;
  };
  const createQueues = async (name: string) => {
    const dead = await create(deadLetterQueueOf(name));
    const lost = await create(lostQueueOf(name), { arn: dead.arn, maxReceiveCount: LOST_MAX_RECEIVE_COUNT });
    await create(name, { arn: lost.arn, maxReceiveCount: MAX_RECEIVE_COUNT });
  };
  await createQueues('default');
  const path = (queues.at(-1) as string).replace(/^https?:\/\/[^/]+/, ''); // a queue's URL may name a host that no one resolves
  const queuePrefix = sqsServer.url + path.slice(0, -'default'.length);
  return {
    environment: { ...environment, CELERIAC_QUEUE_PREFIX: queuePrefix, CELERIAC_TABLE: table },
    queuePrefix,
    table,
    sqs,
    dynamo,
    createQueues,
    async stop() {
      if (!sqsServer.process)
        await Promise.all(queues.map((QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl }))));
      if (!dynamoServer.process) await dynamo.send(new DeleteTableCommand({ TableName: table }));
      sqs.destroy();
      dynamo.destroy();
      await Promise.all([end(sqsServer.process), end(dynamoServer.process)]);
    },
  };
}

interface ServerAddress {
  readonly url: string;
  /** Ours to end. */
  readonly process?: ChildProcess;
}

async function endpoint(service: 'SQS' | 'DYNAMODB', kind: string): Promise<ServerAddress> {
  const given = GIVEN[`AWS_ENDPOINT_URL_${service}`] ?? GIVEN.AWS_ENDPOINT_URL;
  if (given) return { url: given };
  const server = fork(SERVER, [kind], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const [port] = await Promise.race([once(server, 'message'), once(server, 'exit').then(() => refuse(kind))]);
  return { url: `http://127.0.0.1:${port}`, process: server };
}

function refuse(kind: string): never {
  throw new Error(`the embedded ${kind} server ended before it was listening`);
}

async function end(server: ChildProcess | undefined): Promise<void> {
  if (!server || server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}

async function createTable(dynamo: DynamoDBClient, TableName: string): Promise<void> {
  const keys = [TABLE.partitionKey, TABLE.sortKey];
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 30, minDelay: 0.05 }, { TableName });
}

async function createQueue(
  sqs: SQSClient,
  QueueName: string,
  redriveTo: { arn: string; maxReceiveCount: number } | undefined,
): Promise<{ url: string; arn: string }> {
  const policy = redriveTo && {
    deadLetterTargetArn: redriveTo.arn,
    maxReceiveCount: String(redriveTo.maxReceiveCount),
  };
  const Attributes = policy ? { RedrivePolicy: JSON.stringify(policy) } : {};
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { url: QueueUrl as string, arn: answer.Attributes?.QueueArn as string };
}
