import { type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** One attempt of a task, as the task itself saw it. */
export interface DiaryEntry {
  readonly atMs: number;
  /** Of the task. */
  readonly id: string;
  readonly retries: number;
  readonly receiveCount: number;
}

/** What the tasks tell the test: they run on machines that it cannot look into. */
export interface Diary {
  write(key: string, attempt: Omit<DiaryEntry, 'atMs'>): Promise<void>;
  /** The entries of a key, the first one first. */
  read(key: string): Promise<readonly DiaryEntry[]>;
}

/** A diary in a table of its own: keys `key` and `at`, both strings. */
export function diaryIn(client: DynamoDBClient, TableName: string): Diary {
  return {
    async write(key, { id, retries, receiveCount }) {
      const atMs = Date.now();
      const at = `${atMs} ${crypto.randomUUID()}`;
      // not PutItem: that is the grant that a scenario takes away from the functions
      const command = new UpdateItemCommand({
        TableName,
        Key: { key: { S: key }, at: { S: at } },
        UpdateExpression: 'SET id = :id, retries = :retries, receiveCount = :receiveCount',
        ExpressionAttributeValues: {
          ':id': { S: id },
          ':retries': { N: String(retries) },
          ':receiveCount': { N: String(receiveCount) },
        },
      });
      await client.send(command);
    },
    async read(key) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: '#key = :key',
          ExpressionAttributeNames: { '#key': 'key' },
          ExpressionAttributeValues: { ':key': { S: key } },
        }),
      );
      return Items.map(({ at, id, retries, receiveCount }) => ({
        atMs: Number.parseInt(at?.S ?? '', 10),
        id: id?.S ?? '',
        retries: Number(retries?.N),
        receiveCount: Number(receiveCount?.N),
      }));
    },
  };
}
