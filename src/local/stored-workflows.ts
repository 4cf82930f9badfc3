import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { type Key, payloadPk, taskIdOf, taskKey } from '../aws/table.ts';
import { workflowOf } from '../base/path-ids.ts';
import { planKey } from '../client/plan.ts';

const TASKS = taskKey('').pk;
const PLANS = payloadPk(planKey(''));

/**
 * The ids of all workflows, and of tasks by themselves, in which a text occurs and of which something is stored.
 *
 * It looks at the whole table, which is for one machine only.
 */
export async function storedWorkflows(client: DynamoDBClient, table: string, text: string): Promise<readonly string[]> {
  const found = new Set<string>();
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'contains(pk, :text)',
        ExpressionAttributeValues: { ':text': { S: text } },
        ProjectionExpression: 'pk, sk',
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const { pk, sk } of page.Items ?? []) {
      const id = idOf({ pk: pk?.S ?? '', sk: sk?.S ?? '' });
      if (id !== undefined) found.add(workflowOf(id));
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return [...found];
}

function idOf(key: Key): string | undefined {
  if (key.pk.startsWith(TASKS)) return taskIdOf(key);
  return key.pk.startsWith(PLANS) ? key.pk.slice(PLANS.length) : undefined;
}
