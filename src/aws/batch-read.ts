import { BatchGetItemCommand, type DynamoDBClient, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import { chunked } from '../base/chunked.ts';
import type { Clock } from '../base/clock.ts';
import { ServiceError } from '../base/errors.ts';
import { DYNAMODB_MAX_BATCH_GET } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { type Attributes, keyAttributes } from './item-codec.ts';
import { pause } from './pause.ts';
import type { Key } from './table.ts';

/** Calls in a row that may be answered with no item at all. */
const MAX_EMPTY_CALLS = 8;

/** Where to read, and how to wait in between. */
export interface ReadFrom {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  readonly clock: Clock;
  readonly random: Random;
}

type Keys = NonNullable<KeysAndAttributes['Keys']>;

/**
 * Reads many items, strongly consistent, a hundred a call and in any order; the keys must differ, and what is not there is
 * left out.
 *
 * An answer holds at most 16 MB, and less when the table is throttled: what is left over is asked for again.
 *
 * @throws {ServiceError} eight calls in a row were answered with nothing
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export async function* readItems(from: ReadFrom, keys: readonly Key[]): AsyncGenerator<Attributes> {
  for (const some of chunked(keys, DYNAMODB_MAX_BATCH_GET)) yield* readKeys(from, some.map(keyAttributes));
}

async function* readKeys(from: ReadFrom, keys: Keys): AsyncGenerator<Attributes> {
  let left = keys;
  for (let empty = 0; left.length > 0; ) {
    const { items, unread } = await readSome(from, left);
    yield* items;
    empty = unread.length < left.length ? 0 : empty + 1;
    if (empty === MAX_EMPTY_CALLS) throw new ServiceError(`table "${from.tableName}" is throttled and answers no read`);
    if (empty > 0) await pause(from.clock, from.random, empty);
    left = unread;
  }
}

async function readSome({ client, tableName }: ReadFrom, keys: Keys) {
  const request = { [tableName]: { Keys: keys, ConsistentRead: true } };
  const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: request }));
  return { items: Responses?.[tableName] ?? [], unread: UnprocessedKeys?.[tableName]?.Keys ?? [] };
}
