import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DeleteQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { chain } from 'celeriac';
import { createWorker } from 'celeriac/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CdkProject, cdk } from '../../scripts/emulators/cdk-cli.ts';
import {
  LOST_MAX_RECEIVE_COUNT,
  LOST_TIMEOUT_SECONDS,
  MAX_RECEIVE_COUNT,
  SQS_RETENTION_SECONDS,
  VISIBILITY_MARGIN_SECONDS,
} from '../../src/base/limits.ts';
import { ENV } from '../../src/env.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';
import { servedBy } from '../support/served-by.ts';
import { app, print, weigh } from './stack/src/app.ts';
import { attributesOf, deliverOne, type QueuePlace, receiveOne } from './worked-queue.ts';

/** Of the emulator: where `AWS_ENDPOINT_URL` leads and who calls there. */
const REACH = {
  AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL ?? '',
  AWS_REGION: process.env.AWS_REGION ?? 'us-east-1',
  AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? 'test',
  AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const PREFIX = `parcels-${Date.now().toString(36)}`;
const STACK = ['Parcels', '-c', `prefix=${PREFIX}`];

const client = { region: REACH.AWS_REGION, endpoint: REACH.AWS_ENDPOINT_URL };
const credentials = { accessKeyId: REACH.AWS_ACCESS_KEY_ID, secretAccessKey: REACH.AWS_SECRET_ACCESS_KEY };
const sqs = new SQSClient({ ...client, credentials, useQueueUrlAsEndpoint: false });
const dynamo = new DynamoDBClient({ ...client, credentials });
const cloudFormation = new CloudFormationClient({ ...client, credentials });
const cloudWatch = new CloudWatchClient({ ...client, credentials });

/** LocalStack's CloudFormation leaves out a table's backups without a word. */
const LEAVES_OUT_BACKUPS = (await servedBy()) === 'LocalStack';

let project: CdkProject;
let place: QueuePlace;
let table: string;

beforeAll(async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'celeriac-localstack-'));
  project = { folder: join(import.meta.dirname, 'stack'), scratch, env: REACH };
  const outputs = join(scratch, 'outputs.json');
  const runs = {
    bootstrap: await cdk(project, ['bootstrap', `aws://000000000000/${REACH.AWS_REGION}`]),
    deploy: await cdk(project, ['deploy', ...STACK, '--require-approval', 'never', '--outputs-file', outputs]),
  };
  console.info(`bootstrap ${runs.bootstrap.seconds.toFixed(1)} s, deploy ${runs.deploy.seconds.toFixed(1)} s`);
  const { Environment } = JSON.parse(await readFile(outputs, 'utf8'))[PREFIX] as { readonly Environment: string };
  const environment = JSON.parse(Environment) as Record<string, string>;
  Object.assign(process.env, REACH, environment);
  place = { sqs, queuePrefix: environment[ENV.queuePrefix] ?? '' };
  table = environment[ENV.table] ?? '';
});

afterAll(async () => {
  await Promise.all((await queueUrls()).map((QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl }))));
  if (table) await dynamo.send(new DeleteTableCommand({ TableName: table }));
  for (const one of [sqs, dynamo, cloudFormation, cloudWatch]) one.destroy();
  await rm(project.scratch, { recursive: true, force: true });
});

describe('a deployed stack', () => {
  it('has three queues for each of the app, and for a retired one', async () => {
    const names = ['default', 'labels', 'old'].flatMap((name) => [name, lostQueueOf(name), deadLetterQueueOf(name)]);
    expect(await queueNames()).toEqual(names.map((name) => `${PREFIX}-${name}`).sort());
  });

  it.each([
    ['default', 60],
    ['labels', 105],
    ['old', 100],
  ])('has %s as the protocol wants it, its worker at work for %i seconds', async (queue, workerSeconds) => {
    const [work, lost, dead] = await Promise.all(
      [queue, lostQueueOf(queue), deadLetterQueueOf(queue)].map((name) => attributesOf(place, name)),
    );
    expect([work, lost, dead].map((one) => [Number(one?.MessageRetentionPeriod), one?.SqsManagedSseEnabled])).toEqual(
      Array(3).fill([SQS_RETENTION_SECONDS, 'true']),
    );
    expect([work, lost].map((one) => Number(one?.VisibilityTimeout))).toEqual([
      workerSeconds + VISIBILITY_MARGIN_SECONDS,
      LOST_TIMEOUT_SECONDS + VISIBILITY_MARGIN_SECONDS,
    ]);
    expect([work, lost, dead].map(redriveOf)).toEqual([
      [lost?.QueueArn, MAX_RECEIVE_COUNT],
      [dead?.QueueArn, LOST_MAX_RECEIVE_COUNT],
      undefined,
    ]);
    for (const one of [work, lost, dead]) {
      expect(JSON.parse(one?.Policy ?? '{}').Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Resource: one?.QueueArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  it('has a table with the keys, the time to live and the backups that were asked for', async () => {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: table }));
    expect(Table?.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(Table?.AttributeDefinitions?.map(({ AttributeType }) => AttributeType)).toEqual(['S', 'S']);
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName: table }));
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
    const { ContinuousBackupsDescription } = await dynamo.send(
      new DescribeContinuousBackupsCommand({ TableName: table }),
    );
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: LEAVES_OUT_BACKUPS ? 'DISABLED' : 'ENABLED',
    });
    expect(await deployedAs('AWS::DynamoDB::Table')).toMatchObject([
      { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ]);
  });

  it('has the alarms of its queues and its table, each with what it means', async () => {
    const names = (await deployedAs('AWS::CloudWatch::Alarm')).map(({ AlarmName }) => AlarmName as string);
    const { MetricAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: `${PREFIX}-`, MaxRecords: 100 }),
    );
    expect(MetricAlarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(names.sort());
    expect(names.length).toBeGreaterThan(20);
    expect(MetricAlarms.filter(({ AlarmDescription = '' }) => AlarmDescription.length < 40)).toEqual([]);
  });

  it('carries a workflow over two queues, found by the variables that its functions have', async () => {
    const worker = createWorker(app);
    const handle = await chain(weigh.s(2_500), print.s()).applyAsync();
    expect(await deliverOne(place, 'default', worker)).toMatchObject({ done: true });
    expect(await deliverOne(place, 'labels', worker)).toMatchObject({ done: true });
    expect(await handle.get({ timeout: 5 })).toBe('2.5 kg');
    for (const queue of ['default', 'labels']) expect(await receiveOne(place, queue, 0)).toBeUndefined();
  });

  it('has nothing to change while the code is the same', async () => {
    const { output, seconds } = await cdk(project, ['diff', ...STACK, '--fail']);
    expect(output).toContain('Number of stacks with differences: 0');
    console.info(`diff ${seconds.toFixed(1)} s`);
  });

  it('leaves queues and table when it is destroyed, but for a retired queue', async () => {
    const { seconds } = await cdk(project, ['destroy', ...STACK, '--force']);
    console.info(`destroy ${seconds.toFixed(1)} s`);
    const names = ['default', 'labels'].flatMap((name) => [name, lostQueueOf(name), deadLetterQueueOf(name)]);
    expect(await queueNames()).toEqual(names.map((name) => `${PREFIX}-${name}`).sort());
    expect((await dynamo.send(new DescribeTableCommand({ TableName: table }))).Table?.TableStatus).toBe('ACTIVE');
  });
});

function redriveOf({ RedrivePolicy }: Readonly<Record<string, string>> = {}) {
  if (!RedrivePolicy) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(RedrivePolicy) as Record<string, string>;
  return [deadLetterTargetArn, Number(maxReceiveCount)];
}

/** What stands in SQS of this stack. */
async function queueUrls(): Promise<readonly string[]> {
  return (await sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${PREFIX}-` }))).QueueUrls ?? [];
}

async function queueNames(): Promise<string[]> {
  return (await queueUrls()).map((url) => url.slice(url.lastIndexOf('/') + 1)).sort();
}

/** The properties of all resources of a type, as CloudFormation was given them. */
async function deployedAs(type: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { TemplateBody = '{}' } = await cloudFormation.send(new GetTemplateCommand({ StackName: PREFIX }));
  const { Resources = {} } = JSON.parse(TemplateBody) as {
    readonly Resources?: Readonly<
      Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>
    >;
  };
  return Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
}
