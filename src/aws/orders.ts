import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Orders, QueueNote, Revocation } from '../ports/result-backend.ts';
import { keyOf } from './item-codec.ts';
import { queryItems } from './query-items.ts';
import { noteOf } from './queue-notes.ts';
import { revocationOf } from './revocations.ts';
import { notedQueue, REVOKED_PK, revocationsFrom } from './table.ts';

/** The revocations at or after `sinceMs` that are still in force at `nowMs`, oldest first, and the notes of all queues: one query. */
export async function readOrders(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): Promise<Orders> {
  const revocations: Revocation[] = [];
  const queues: QueueNote[] = [];
  for await (const item of queryItems(client, tableName, { pk: REVOKED_PK, from: revocationsFrom(sinceMs) })) {
    const queue = notedQueue(keyOf(item).sk);
    if (queue !== undefined) {
      queues.push(noteOf(queue, item));
      continue;
    }
    const revocation = revocationOf(item);
    if (revocation.atMs >= sinceMs && revocation.expiresAtMs > nowMs) revocations.push(revocation);
  }
  return { revocations, queues };
}
