import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { encodeItem } from '../../src/aws/item-codec.ts';
import { taskKey } from '../../src/aws/table.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import type { EmbeddedAws } from './embedded.ts';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_BATCH_WRITE = 25;

let revisions = 0;

/** Puts items into the table past all rules, each with a revision of its own; `undefined` deletes. */
export async function plantIn(
  { dynamo, table }: EmbeddedAws,
  items: ReadonlyMap<string, TaskItem | undefined>,
): Promise<void> {
  const requests = [...items].map(([id, item]) => requestOf(id, item));
  for (let start = 0; start < requests.length; start += MAX_BATCH_WRITE) {
    const batch = requests.slice(start, start + MAX_BATCH_WRITE);
    const answer = await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
    if (answer.UnprocessedItems?.[table]) throw new Error('the table is throttled while items are planted');
  }
}

function requestOf(id: string, item: TaskItem | undefined): WriteRequest {
  if (item) return { PutRequest: { Item: encodeItem(id, item, `planted-${++revisions}`) } };
  const { pk, sk } = taskKey(id);
  return { DeleteRequest: { Key: { pk: { S: pk }, sk: { S: sk } } } };
}
