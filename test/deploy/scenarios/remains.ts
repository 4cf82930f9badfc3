import assert from 'node:assert/strict';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAlarmsCommand, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteTableCommand, paginateListTables } from '@aws-sdk/client-dynamodb';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { DeleteQueueCommand, paginateListQueues } from '@aws-sdk/client-sqs';
import type { DeployedStack } from '../deployed.ts';
import { eventually } from '../eventually.ts';
import { logGroupsOf } from '../log-groups.ts';
import type { Stage } from '../stage.ts';

interface Owned {
  readonly stack: DeployedStack;
  readonly prefix: string;
  readonly queues: readonly string[];
  /** One a function; the test's own app has its destroyed, since nobody looks at them again. */
  readonly logGroups: number;
}

/** Compares what is deployed with the code, before anything is destroyed. */
export async function unchanged({ checks, drive, digest }: Stage): Promise<void> {
  const stacks = [drive.stack, ...(digest ? [digest.stack] : [])];
  await Promise.all(
    stacks.map((stack) =>
      checks.that(`\`cdk diff --fail\` of stack ${stack.name} is empty`, async () => {
        const { code, output } = await stack.diff();
        assert.equal(code, 0, output);
      }),
    ),
  );
}

/** Destroys both, and looks at what is left: docs/deploy.md says what. */
export async function destroyed(stage: Stage): Promise<void> {
  const { checks, target } = stage;
  await Promise.all(
    ownedBy(stage).map((owned) =>
      checks.that(
        `\`cdk destroy\` of stack ${owned.stack.name} leaves queues, table and logs, and nothing else`,
        async () => {
          const table = owned.stack.environment.CELERIAC_TABLE;
          await owned.stack.destroy();
          const { queues, tables, others } = await leftBy(stage, owned);
          const trios = owned.queues.flatMap((queue) => [queue, `${queue}-dlq`, `${queue}-lost`]);
          assert.deepEqual(queues.map(nameOf).sort(), trios.map((queue) => `${owned.prefix}-${queue}`).sort());
          assert.deepEqual(tables, [table]);
          assert.deepEqual(others, []);
          if (target.isEmulated) assert.equal((await logGroupsOf(owned.stack, target)).length, owned.logGroups);
        },
      ),
    ),
  );
}

/** Destroys what still stands, and deletes what `cdk destroy` leaves: after it nothing of this run is there. */
export async function cleanUp(stage: Stage): Promise<void> {
  const { checks, clients, probe } = stage;
  await checks.that('after the clean-up nothing of this run is left', async () => {
    await Promise.all(
      [probe, ...ownedBy(stage).map(({ stack }) => stack)].map((stack) => destroyIfThere(stage, stack)),
    );
    for (const owned of ownedBy(stage)) {
      const { queues, tables } = await leftBy(stage, owned);
      await Promise.all([
        ...queues.map((QueueUrl) => clients.sqs.send(new DeleteQueueCommand({ QueueUrl }))),
        ...tables.map((TableName) => clients.dynamo.send(new DeleteTableCommand({ TableName }))),
      ]);
      // queues are listed for a minute after they were deleted
      await eventually(`nothing is left of ${owned.stack.name}`, 30 * stage.target.slowness, async () => {
        const left = await leftBy(stage, owned);
        return Object.values(left).every(({ length }) => length === 0);
      });
    }
  });
}

/** Again, where a deployment that was broken off is still under way. */
async function destroyIfThere(stage: Stage, stack: DeployedStack): Promise<void> {
  await eventually(`stack ${stack.name} is destroyed`, 300, async () => {
    if (await stands(stage, stack)) await stack.destroy();
    return true;
  });
}

function ownedBy({ target, drive, digest }: Stage): readonly Owned[] {
  return [
    { stack: drive.stack, prefix: target.prefix, queues: ['default', 'hangs', 'poison'], logGroups: 0 },
    ...(digest ? [{ stack: digest.stack, prefix: 'digest', queues: ['default', 'digest'], logGroups: 3 }] : []),
  ];
}

/** URLs, names of tables, and whatever should not be left. CloudFormation begins names of its own with that of the stack. */
async function leftBy(stage: Stage, { stack, prefix }: Owned) {
  const { cloudWatch, dynamo, lambda, sqs } = stage.clients;
  const ofStack = (name = '') => name.startsWith(`${stack.name}-`);
  const queues: string[] = [];
  for await (const page of paginateListQueues({ client: sqs }, { QueueNamePrefix: `${prefix}-` })) {
    queues.push(...(page.QueueUrls ?? []));
  }
  const tables: string[] = [];
  for await (const page of paginateListTables({ client: dynamo }, {}))
    tables.push(...(page.TableNames ?? []).filter(ofStack));
  const others: string[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    others.push(...Functions.map(({ FunctionName = '' }) => FunctionName).filter(ofStack));
  }
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: `${prefix}-` }));
  const { DashboardEntries = [] } = await cloudWatch.send(new ListDashboardsCommand({ DashboardNamePrefix: prefix }));
  others.push(...MetricAlarms.map(({ AlarmName = '' }) => AlarmName));
  others.push(...DashboardEntries.map(({ DashboardName = '' }) => DashboardName));
  if (await stands(stage, stack)) others.push(`stack ${stack.name}`);
  return { queues, tables, others };
}

async function stands({ clients }: Stage, { name }: DeployedStack): Promise<boolean> {
  try {
    const { Stacks = [] } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks.some(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  } catch (error) {
    if ((error as Error).name === 'ValidationError') return false;
    throw error;
  }
}

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
