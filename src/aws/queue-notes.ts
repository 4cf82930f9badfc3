import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { QueueNote } from '../ports/result-backend.ts';
import { type Attributes, keyAttributes } from './item-codec.ts';
import { queueNoteKey } from './table.ts';

/** A queue's note in the table, and the time of now. */
export interface NotedQueue {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  readonly queue: string;
  readonly nowMs: number;
}

/** Notes that a queue is paused, unless it says so already. */
export async function pauseQueue(noted: NotedQueue): Promise<void> {
  await update(noted, {
    UpdateExpression: 'SET pausedAtMs = if_not_exists(pausedAtMs, :now)',
    ExpressionAttributeValues: { ':now': number(noted.nowMs) },
  });
}

/** Notes that a queue is not paused. */
export async function resumeQueue(noted: NotedQueue): Promise<void> {
  await update(noted, { UpdateExpression: 'REMOVE pausedAtMs' });
}

/** Notes that a queue's mapping is looked at now; false if that was less than `everyMs` ago. */
export async function beginCheck(noted: NotedQueue, everyMs: number): Promise<boolean> {
  try {
    await update(noted, {
      UpdateExpression: 'SET checkedAtMs = :now',
      ConditionExpression: 'attribute_not_exists(checkedAtMs) OR checkedAtMs <= :before',
      ExpressionAttributeValues: { ':now': number(noted.nowMs), ':before': number(noted.nowMs - everyMs) },
    });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Notes what a queue's mapping was found to be. */
export async function endCheck(noted: NotedQueue, wholeBatches: boolean): Promise<void> {
  await update(noted, {
    UpdateExpression: 'SET wholeBatches = :whole',
    ExpressionAttributeValues: { ':whole': { BOOL: wholeBatches } },
  });
}

/** Reads a note. */
export function noteOf(queue: string, { pausedAtMs, checkedAtMs, wholeBatches }: Attributes): QueueNote {
  return {
    queue,
    ...(pausedAtMs ? { pausedAtMs: Number(pausedAtMs.N) } : {}),
    ...(checkedAtMs ? { checkedAtMs: Number(checkedAtMs.N) } : {}),
    ...(wholeBatches ? { wholeBatches: wholeBatches.BOOL === true } : {}),
  };
}

async function update(
  { client, tableName, queue }: NotedQueue,
  change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
): Promise<void> {
  const Key = keyAttributes(queueNoteKey(queue));
  await client.send(new UpdateItemCommand({ TableName: tableName, Key, ...change }));
}

function number(value: number): { readonly N: string } {
  return { N: String(value) };
}
