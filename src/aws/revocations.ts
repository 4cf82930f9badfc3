import { type DynamoDBClient, PutItemCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Revocation } from '../ports/result-backend.ts';
import type { Attributes } from './item-codec.ts';
import { REVOKED_PK, revocationKey, revocationsFrom, TABLE, ttlSeconds } from './table.ts';

/** Puts one revocation on the list; the same one twice is one. */
export async function addRevocation(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  revocation: Revocation,
): Promise<void> {
  const { pk, sk } = revocationKey(revocation.atMs, revocation.id);
  const item: Attributes = {
    pk: { S: pk },
    sk: { S: sk },
    id: { S: revocation.id },
    atMs: { N: String(revocation.atMs) },
    expiresAtMs: { N: String(revocation.expiresAtMs) },
    [TABLE.ttl]: { N: String(ttlSeconds(revocation.expiresAtMs)) },
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
  let start: Attributes | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :revoked AND sk >= :since',
        ExpressionAttributeValues: { ':revoked': { S: REVOKED_PK }, ':since': { S: revocationsFrom(sinceMs) } },
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    found.push(...(page.Items ?? []).map(decode));
    start = page.LastEvaluatedKey;
  } while (start);
  return found.filter((revocation) => revocation.atMs >= sinceMs && revocation.expiresAtMs > nowMs);
}

function decode(attributes: Attributes): Revocation {
  return {
    id: attributes.id?.S ?? '',
    atMs: Number(attributes.atMs?.N),
    expiresAtMs: Number(attributes.expiresAtMs?.N),
  };
}
