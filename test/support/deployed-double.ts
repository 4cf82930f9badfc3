import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Addresses, addressesOf, environmentOf } from '../../src/local/addresses.ts';
import { localDynamo, localSqs } from '../../src/local/local-clients.ts';
import { createQueues, createTable } from '../../src/local/provision.ts';
import { startServers } from '../../src/local/servers.ts';
import { lostQueueOf } from '../../src/ports/queue-names.ts';
import { type LambdaDouble, startLambdaDouble } from './lambda-double.ts';

/** What a command has printed, and how it has ended. */
export interface Printed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Apps as the construct deploys them, on the embedded servers and a double of Lambda, where nothing runs. */
export interface DeployedDouble {
  readonly lambda: LambdaDouble;
  readonly sqs: SQSClient;
  readonly dynamo: DynamoDBClient;
  /** As the SDK reads it: endpoints, region, credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** Deploys an app with these queues, and tells where. */
  deploy(prefix: string, queues: readonly string[]): Promise<Addresses>;
  /** Runs the command line in a folder without `celeriac dev`. */
  celeriac(args: readonly string[], more?: NodeJS.ProcessEnv): Promise<Printed>;
  stop(): Promise<void>;
}

const REGION = 'eu-west-1';
const ROOT = join(import.meta.dirname, '../..');
/** Where no `celeriac dev` runs. */
const FOLDER = join(ROOT, 'test/support');
const TIMES = { visibilitySeconds: 120, lostVisibilitySeconds: 120 } as const;

/** Starts the servers. */
export async function startDeployedDouble(): Promise<DeployedDouble> {
  const [servers, lambda] = await Promise.all([startServers(), startLambdaDouble()]);
  const at = (prefix: string) => addressesOf(prefix, REGION, servers);
  const [sqs, dynamo] = [localSqs(at('')), localDynamo(at(''))];
  const environment = {
    AWS_ENDPOINT_URL_SQS: servers.sqsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: servers.dynamoEndpoint,
    AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  return {
    lambda,
    sqs,
    dynamo,
    environment,
    async deploy(prefix, queues) {
      const addresses = at(prefix);
      await createTable(dynamo, addresses.table);
      for (const name of queues) await createQueues(sqs, addresses, { name, ...TIMES });
      addFunctions(lambda, addresses, prefix, queues);
      return addresses;
    },
    celeriac: (args, more = {}) => run(args, { PATH: process.env.PATH, ...environment, ...more }),
    async stop() {
      sqs.destroy();
      dynamo.destroy();
      await Promise.all([servers.stop(), lambda.stop()]);
    },
  };
}

function addFunctions(lambda: LambdaDouble, addresses: Addresses, prefix: string, queues: readonly string[]): void {
  const { CELERIAC_QUEUE_PREFIX = '', CELERIAC_TABLE = '' } = environmentOf(addresses);
  const places = { CELERIAC_QUEUE_PREFIX, CELERIAC_TABLE };
  const add = (queue: string, name: string, variables: Readonly<Record<string, string>>, concurrency: number) => {
    lambda.functions.set(name, { variables, recursiveLoop: 'Allow' });
    lambda.mappings.push({
      UUID: `${queue}-of-${prefix}`,
      EventSourceArn: addresses.arnPrefix + queue,
      FunctionArn: `arn:aws:lambda:${REGION}:000000000000:function:${name}`,
      State: 'Enabled',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: concurrency },
    });
  };
  for (const queue of queues) {
    add(queue, `${prefix}-worker-${queue}`, { ...places, CELERIAC_CHECK_MAPPING: '1' }, 20);
    add(lostQueueOf(queue), `${prefix}-lost`, places, 2);
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Printed> {
  const child = spawn(process.execPath, [join(ROOT, 'bin/celeriac.js'), ...args], { cwd: FOLDER, env });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...printed }));
  });
}
