import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Revocation } from '../ports/result-backend.ts';
import { type Attributes, keyAttributes, timeAttributes } from './item-codec.ts';
import { queryItems } from './query-items.ts';
import { REVOKED_PK, revocationKey, revocationsFrom } from './table.ts';

/** Puts one revocation on the list; the same one twice is one. */
export async function addRevocation(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  revocation: Revocation,
): Promise<void> {
  const item: Attributes = {
    ...keyAttributes(revocationKey(revocation.atMs, revocation.id)),
    id: { S: revocation.id },
    atMs: { N: String(revocation.atMs) },
    ...timeAttributes(revocation.expiresAtMs),
  };
  await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
}

/** The revocations at or after `sinceMs` that are still in force at `nowMs`, oldest first. */
export async function revocationsSince(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  { sinceMs, nowMs }: { readonly sinceMs: number; readonly nowMs: number },
): Promise<readonly Revocation[]> {
  const found: Revocation[] = [];
  for await (const item of queryItems(client, tableName, { pk: REVOKED_PK, from: revocationsFrom(sinceMs) })) {
    const revocation = decode(item);
    if (revocation.atMs >= sinceMs && revocation.expiresAtMs > nowMs) found.push(revocation);
  }
  return found;
}

function decode(attributes: Attributes): Revocation {
  return {
    id: attributes.id?.S ?? '',
    atMs: Number(attributes.atMs?.N),
    expiresAtMs: Number(attributes.expiresAtMs?.N),
  };
}
