import { BatchGetItemCommand, type DynamoDBClient, type KeysAndAttributes } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../base/clock.ts';
import { ServiceError } from '../base/errors.ts';
import { DYNAMODB_MAX_BATCH_GET } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Attributes } from './item-codec.ts';
import { pause } from './pause.ts';
import { taskIdOf, taskKey } from './table.ts';

/** Calls in a row that may be answered with no item at all. */
const MAX_EMPTY_CALLS = 8;

/** Where to read, and how to wait in between. */
export interface ReadFrom {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  readonly clock: Clock;
  readonly random: Random;
}

type Keys = KeysAndAttributes['Keys'];

/**
 * Reads many tasks' items, strongly consistent, a hundred a call; each id once, those without an item left out.
 *
 * An answer holds at most 16 MB, and less when the table is throttled: what is left over is asked for again.
 *
 * @throws {Error} eight calls in a row were answered with nothing
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export async function* readItems(
  from: ReadFrom,
  ids: readonly string[],
): AsyncGenerator<readonly [id: string, attributes: Attributes]> {
  const unique = [...new Set(ids)];
  for (let start = 0; start < unique.length; start += DYNAMODB_MAX_BATCH_GET) {
    yield* readKeys(from, unique.slice(start, start + DYNAMODB_MAX_BATCH_GET).map(keyOf));
  }
}

async function* readKeys(from: ReadFrom, keys: Keys): AsyncGenerator<readonly [string, Attributes]> {
  let left = keys ?? [];
  for (let empty = 0; left.length > 0; ) {
    const { items, unread } = await readSome(from, left);
    for (const item of items) yield [taskIdOf(item.pk?.S ?? ''), item];
    empty = unread.length < left.length ? 0 : empty + 1;
    if (empty === MAX_EMPTY_CALLS) throw new ServiceError(`table "${from.tableName}" is throttled and answers no read`);
    if (empty > 0) await pause(from.clock, from.random, empty);
    left = unread;
  }
}

async function readSome({ client, tableName }: ReadFrom, keys: NonNullable<Keys>) {
  const request = { [tableName]: { Keys: keys, ConsistentRead: true } };
  const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: request }));
  return { items: Responses?.[tableName] ?? [], unread: UnprocessedKeys?.[tableName]?.Keys ?? [] };
}

function keyOf(id: string): Attributes {
  const { pk, sk } = taskKey(id);
  return { pk: { S: pk }, sk: { S: sk } };
}
