import { DeleteTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DeleteQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { addressesOf, environmentOf } from '../../src/local/addresses.ts';
import { localDynamo, localSqs } from '../../src/local/local-clients.ts';
import { createQueues, createTable } from '../../src/local/provision.ts';
import { startServers } from '../../src/local/servers.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';

/** An AWS that answers on this machine: its own servers, or those that `AWS_ENDPOINT_URL…` names. */
export interface EmbeddedAws {
  /** What a worker or producer needs in its environment; this process has it as well. */
  readonly environment: Readonly<Record<string, string>>;
  readonly queuePrefix: string;
  readonly table: string;
  readonly sqs: SQSClient;
  readonly dynamo: DynamoDBClient;
  /** Makes a queue, its lost queue and its dead-letter queue. */
  createQueues(name: string): Promise<void>;
  /** Ends the servers, or deletes what was made on those that were there before. */
  stop(): Promise<void>;
}

/** As it was before anything was started here. */
const GIVEN: Readonly<NodeJS.ProcessEnv> = { ...process.env };
const VISIBILITY = { visibilitySeconds: 30, lostVisibilitySeconds: 30 } as const;

/**
 * Starts fauxqs and dynalite, each in a process of its own on a free port, and makes a table.
 *
 * With `AWS_ENDPOINT_URL`, or both of `AWS_ENDPOINT_URL_SQS` and `AWS_ENDPOINT_URL_DYNAMODB`, in the environment it starts
 * nothing and uses those: so the suites run against LocalStack or MiniStack. Names are new each time.
 */
export async function startEmbeddedAws(): Promise<EmbeddedAws> {
  const servers = givenServers() ?? (await startServers());
  const name = `t${Date.now().toString(36)}${process.pid}`;
  const addresses = addressesOf(name, GIVEN.AWS_REGION ?? 'us-east-1', servers);
  const { queuePrefix, table } = addresses;
  const environment = environmentOf(addresses);
  Object.assign(process.env, environment); // read when a client is first used; afterwards still never real AWS
  const [sqs, dynamo] = [localSqs(addresses), localDynamo(addresses)];
  await createTable(dynamo, table);
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 30, minDelay: 1 }, { TableName: table });
  const made: string[] = [];
  const deleteAll = async () => {
    await Promise.all(made.map((queue) => sqs.send(new DeleteQueueCommand({ QueueUrl: queuePrefix + queue }))));
    await dynamo.send(new DeleteTableCommand({ TableName: table }));
  };
  return {
    environment,
    queuePrefix,
    table,
    sqs,
    dynamo,
    async createQueues(queue) {
      await createQueues(sqs, addresses, { name: queue, ...VISIBILITY });
      made.push(queue, lostQueueOf(queue), deadLetterQueueOf(queue));
    },
    async stop() {
      if (!servers.stop) await deleteAll();
      sqs.destroy();
      dynamo.destroy();
      await servers.stop?.();
    },
  };
}

interface Endpoints {
  readonly sqsEndpoint: string;
  readonly dynamoEndpoint: string;
  /** Only if they are ours to stop. */
  stop?(): Promise<void>;
}

function givenServers(): Endpoints | undefined {
  const sqsEndpoint = GIVEN.AWS_ENDPOINT_URL_SQS ?? GIVEN.AWS_ENDPOINT_URL;
  const dynamoEndpoint = GIVEN.AWS_ENDPOINT_URL_DYNAMODB ?? GIVEN.AWS_ENDPOINT_URL;
  return sqsEndpoint && dynamoEndpoint ? { sqsEndpoint, dynamoEndpoint } : undefined;
}
