import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Revocation } from '../ports/result-backend.ts';
import { type Attributes, keyAttributes, timeAttributes } from './item-codec.ts';
import { revocationKey } from './table.ts';

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

/** Reads a revocation. */
export function revocationOf(attributes: Attributes): Revocation {
  return {
    id: attributes.id?.S ?? '',
    atMs: Number(attributes.atMs?.N),
    expiresAtMs: Number(attributes.expiresAtMs?.N),
  };
}
