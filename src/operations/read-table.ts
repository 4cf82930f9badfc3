import { DescribeTableCommand, DescribeTimeToLiveCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readOrders } from '../aws/orders.ts';
import { systemClock } from '../base/clock.ts';
import { isMissing } from './aws-error.ts';
import { fact } from './fact.ts';
import type { TableFacts } from './facts.ts';

/** How a table was made; nothing if there is none. */
export async function readTable(TableName: string, dynamo: DynamoDBClient): Promise<TableFacts | undefined> {
  const described = await dynamo.send(new DescribeTableCommand({ TableName })).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (!described?.Table) return undefined;
  const { AttributeDefinitions = [], KeySchema = [], TableStatus = '' } = described.Table;
  const typeOf = (name: string | undefined) =>
    AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '';
  const inOrder = [...KeySchema].sort((a) => (a.KeyType === 'HASH' ? -1 : 1));
  return {
    name: TableName,
    status: TableStatus,
    keys: inOrder.map(({ AttributeName }) => `${AttributeName} ${typeOf(AttributeName)}`),
    ttl: await fact('dynamodb:DescribeTimeToLive', async () => {
      const { TimeToLiveDescription } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
      const { TimeToLiveStatus = '', AttributeName } = TimeToLiveDescription ?? {};
      return TimeToLiveStatus.startsWith('ENABL') ? AttributeName : undefined;
    }),
  };
}

/** Since when each paused queue is. */
export async function readPaused(table: string, dynamo: DynamoDBClient): Promise<ReadonlyMap<string, number>> {
  const nowMs = systemClock.now();
  const { queues } = await readOrders(dynamo, table, { sinceMs: nowMs, nowMs });
  return new Map(queues.flatMap(({ queue, pausedAtMs }) => (pausedAtMs === undefined ? [] : [[queue, pausedAtMs]])));
}
