import { type DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Attributes } from './item-codec.ts';

/** The part of one partition to be read: all of it, or the sort keys from `from` on, up to and with `to`. */
export interface PartitionRange {
  readonly pk: string;
  readonly from: string;
  /** @default the last */
  readonly to?: string;
}

/**
 * Reads a partition in order, strongly consistent, page by page: an answer holds at most 1 MB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
export async function* queryItems(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  { pk, from, to }: PartitionRange,
): AsyncGenerator<Attributes> {
  const upTo = to === undefined ? {} : { ':to': { S: to } };
  let start: Attributes | undefined;
  do {
    const page: QueryCommandOutput = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `pk = :pk AND ${to === undefined ? 'sk >= :from' : 'sk BETWEEN :from AND :to'}`,
        ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ...upTo },
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
