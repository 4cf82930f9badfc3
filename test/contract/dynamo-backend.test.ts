import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoBackend } from '../../src/aws/dynamo-backend.ts';
import { type Attributes, encodeItem } from '../../src/aws/item-codec.ts';
import { taskKey } from '../../src/aws/table.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Write } from '../../src/protocol/write.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../support/embedded.ts';
import { plantIn } from '../support/plant.ts';
import { sampleCases } from './crossing/cases.ts';
import { makeItem, NOW } from './crossing/item-kinds.ts';
import { cross } from './crossing/run.ts';
import { TIMES } from './crossing/times.ts';
import { WRITE_KINDS } from './crossing/write-kinds.ts';

type Send = DynamoDBClient['send'];
/** What stands between the backend and the table. */
type Around = (send: Send) => (command: Parameters<Send>[0]) => Promise<unknown>;

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
});
afterAll(() => aws?.stop());

/** The SDK repeats a call whose answer was lost: every call happens twice, and only the second answer arrives. */
const repeated: Around = (send) => async (command) => {
  await send(command).catch(() => {});
  return await send(command);
};

/** Answers a failed condition with the item, as DynamoDB does and dynalite does not. */
const withOldItem: Around = (send) => async (command) => {
  try {
    return await send(command);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const { Key, Item: put, TableName } = command.input as PutItemCommandInput & GetItemCommandInput;
    const { pk, sk } = (Key ?? put) as Attributes & Record<'pk' | 'sk', AttributeValue>;
    const read = new GetItemCommand({ TableName, Key: { pk, sk }, ConsistentRead: true });
    const { Item } = await aws.dynamo.send(read);
    throw Item ? Object.assign(error, { Item }) : error;
  }
};

/** Notes the name of every call. */
function noting(calls: string[]): Around {
  return (send) => (command) => {
    calls.push(command.constructor.name.replace('Command', ''));
    return send(command);
  };
}

function backendOn(...arounds: readonly Around[]): DynamoBackend {
  const plain = ((command) => aws.dynamo.send(command)) as Send;
  const send = arounds.reduce<Send>((inner, around) => around(inner) as Send, plain);
  const clock = { ...systemClock, now: () => NOW };
  return new DynamoBackend({ client: () => ({ send }), tableName: aws.table, clock, random: systemRandom });
}

function writeOf(name: string, id: string): Write {
  return WRITE_KINDS.find((kind) => kind.name === name)!.make(id);
}

describe('a backend on DynamoDB', () => {
  it.each([
    ['when a failed condition brings the item', [withOldItem]],
    ['when every call happens twice as well', [withOldItem, repeated]],
  ])('gives exactly what applyWrite gives %s', { timeout: 600_000 }, async (name, arounds) => {
    const under = {
      backend: backendOn(...arounds),
      plant: (items: Parameters<typeof plantIn>[1]) => plantIn(aws, items),
    };
    const { compared, differences } = await cross(under, sampleCases(Math.min(1, TIMES), 60_000));
    console.info(`DynamoDB, ${name}: ${compared} combinations compared`);
    expect(differences).toEqual([]);
  });

  it('counts one start when the answer to a claim was lost', async () => {
    const { item } = await backendOn(repeated).write(writeOf('claim', 'lost-answer'));
    expect(item).toMatchObject({ starts: 1, lease: { token: 'own-token' } });
  });

  it('gives up on an item that others change each time', async () => {
    let others = 0;
    const disturbed: Around = (send) => async (command) => {
      if (command.constructor.name === 'PutItemCommand') {
        const id = 'disturbed';
        others += 1;
        const kind = { state: 'STARTED', copy: 'own', lease: 'none', starts: 1, generation: 'equal' } as const;
        const item = makeItem({ ...kind, round: 'equal', stamped: false, extras: false, time: 'present' }, id);
        await plantIn(aws, new Map([[id, item]]));
      }
      return send(command);
    };
    await expect(backendOn(disturbed).write(writeOf('end SUCCESS', 'disturbed'))).rejects.toThrow(/changed by others/);
    expect(others).toBe(12);
  });

  it('passes on what is no failed condition', async () => {
    const throttled: Around = () => async () => {
      throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    };
    for (const name of ['claim', 'end SUCCESS', 'forget']) {
      await expect(backendOn(throttled).write(writeOf(name, 'throttled'))).rejects.toThrow('slow down');
    }
  });
});

describe('the calls of a write', () => {
  const started = { state: 'STARTED', copy: 'own', lease: 'own live', starts: 1, generation: 'equal' } as const;
  const common = { round: 'equal', stamped: false, extras: false, time: 'present' } as const;
  const free = { ...started, ...common, lease: 'none' } as const;
  const held = { ...started, ...common } as const;

  it.each([
    ['claim', 'no item', undefined, false, 'UpdateItem'],
    ['claim', 'a RETRY that is due', { ...free, state: 'RETRY due' }, false, 'UpdateItem'],
    ['claim', 'a RETRY that is due, known', { ...free, state: 'RETRY due' }, true, 'PutItem'],
    ['claim', 'a claim that ran out', { ...held, lease: 'other over' }, false, 'UpdateItem'],
    ['claim', 'another claim', { ...held, lease: 'other live' }, false, 'UpdateItem'],
    ['claim', 'a lower round', { ...free, state: 'FAILURE by itself', round: 'lower' }, false, 'UpdateItem'],
    [
      'claim redriven',
      'a lower round',
      { ...free, state: 'FAILURE by itself', round: 'lower' },
      false,
      'UpdateItem PutItem',
    ],
    ['end SUCCESS', 'no item', undefined, false, 'PutItem'],
    ['end SUCCESS with a claim', 'its claim, known', held, true, 'PutItem'],
    ['end SUCCESS', 'an item', free, false, 'PutItem PutItem'],
    ['end SUCCESS', 'an end', { ...free, state: 'SUCCESS' }, false, 'PutItem'],
    ['end SUCCESS', 'an end, known', { ...free, state: 'SUCCESS' }, true, 'GetItem'],
    ['retry 3', 'no item', undefined, false, 'PutItem'],
    ['retry 3 with a claim', 'its claim, known', held, true, 'PutItem'],
    ['move 3 with a claim', 'its claim, known', held, true, 'PutItem'],
    ['progress with a claim', 'its claim, known', held, true, 'PutItem'],
    ['stamp', 'no item', undefined, false, 'PutItem'],
    ['stamp', 'an item', free, false, 'PutItem PutItem'],
    ['stamp', 'a stamped item', { ...free, stamped: true }, false, 'PutItem'],
    ['forget', 'an end', { ...free, state: 'SUCCESS' }, false, 'GetItem PutItem'],
    ['forget', 'an end, known', { ...free, state: 'SUCCESS' }, true, 'PutItem'],
  ] as const)('%s on %s', async (name, _on, kind, known, expected) => {
    const id = 'counted';
    await plantIn(aws, new Map([[id, kind && makeItem(kind, id)]]));
    const calls: string[] = [];
    const backend = backendOn(withOldItem, noting(calls));
    const hint = known ? await backend.read(id) : undefined;
    calls.length = 0;
    await backend.write(writeOf(name, id), hint);
    expect(calls.join(' ')).toBe(expected);
  });
});

describe('the item in the table', () => {
  const raw = async (id: string): Promise<Attributes> => {
    const { pk, sk } = taskKey(id);
    const read = new GetItemCommand({
      TableName: aws.table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      ConsistentRead: true,
    });
    return (await aws.dynamo.send(read)).Item ?? {};
  };

  it.each(['claim', 'claim redriven'])('is the same whether "%s" was an update or a put', async (name) => {
    const id = `raw ${name}`;
    const { item } = await backendOn().write(writeOf(name, id));
    const { rev, ...attributes } = await raw(id);
    expect(rev?.S).toMatch(/^[0-9a-f]{16}$/);
    expect({ ...attributes, rev }).toEqual(encodeItem(id, item!, rev?.S ?? ''));
  });

  it('is deleted by TTL in the second after its time, never before', async () => {
    const write = writeOf('claim', 'ttl') as Write & { kind: 'claim' };
    await backendOn().write({ ...write, by: { ...write.by, expiresAtMs: NOW + 1 } });
    expect(await raw('ttl')).toMatchObject({
      expiresAt: { N: String(NOW / 1_000 + 1) },
      expiresAtMs: { N: String(NOW + 1) },
    });
    const ended = await backendOn().write({ ...(writeOf('end SUCCESS', 'ttl') as Write & { kind: 'end' }) });
    expect((await raw('ttl')).expiresAt).toEqual({ N: String(Math.ceil(ended.item!.expiresAtMs / 1_000)) });
  });

  it('can be read in the console', async () => {
    await backendOn().write(writeOf('end SUCCESS', 'console'));
    expect(await raw('console')).toMatchObject({
      pk: { S: 'task#console' },
      sk: { S: '-' },
      state: { S: 'SUCCESS' },
      attempt: { N: '1' },
      value: { S: '{"of":[1,"é",null]}' },
    });
  });
});

describe('reads', () => {
  it('are strongly consistent', async () => {
    const inputs: object[] = [];
    const backend = backendOn((send) => (command) => {
      inputs.push(command.input);
      return send(command);
    });
    await backend.read('x');
    await backend.readMany(['x']);
    await backend.ordersSince(0);
    expect(inputs).toMatchObject([
      { ConsistentRead: true },
      { RequestItems: { [aws.table]: { ConsistentRead: true } } },
      { ConsistentRead: true },
    ]);
  });
});

describe('pauseQueue', () => {
  it('says since when it was paused first, whoever pauses it again and later', async () => {
    const later = { ...systemClock, now: () => NOW + 1_000 };
    const parts = { client: () => aws.dynamo, tableName: aws.table, clock: later, random: systemRandom };
    await backendOn().pauseQueue('paused-twice');
    await new DynamoBackend(parts).pauseQueue('paused-twice');
    const { queues } = await backendOn().ordersSince(NOW);
    expect(queues.find(({ queue }) => queue === 'paused-twice')).toEqual({ queue: 'paused-twice', pausedAtMs: NOW });
  });
});

describe('ordersSince', () => {
  it('reads on where a page ends', async () => {
    const onePerPage: Around = (send) => (command) => {
      if (command instanceof QueryCommand) command.input.Limit = 1;
      return send(command);
    };
    const added = [1, 2, 3].map((n) => ({ id: `paged-${n}`, atMs: NOW + n, expiresAtMs: NOW + 100 }));
    for (const revocation of added) await backendOn().addRevocation(revocation);
    await backendOn().pauseQueue('paged');
    const { revocations, queues } = await backendOn(onePerPage).ordersSince(NOW);
    expect(revocations).toEqual(added);
    expect(queues).toContainEqual({ queue: 'paged', pausedAtMs: NOW });
  });
});

describe('readMany', () => {
  it('asks again for what an answer left out, and gives up when nothing comes', async () => {
    const ids = Array.from({ length: 5 }, (_, n) => `left-out-${n}`);
    await plantIn(aws, new Map(ids.map((id) => [id, makeItem(KIND, id)])));
    let answered = 0;
    const oneAtATime: Around = (send) => async (command) => {
      const { RequestItems = {} } = (command as BatchGetItemCommand).input;
      const [first, ...rest] = RequestItems[aws.table]?.Keys ?? [];
      const answer = await send(new BatchGetItemCommand({ RequestItems: { [aws.table]: { Keys: [first!] } } }));
      answered += 1;
      return { ...answer, ...(rest.length > 0 ? { UnprocessedKeys: { [aws.table]: { Keys: rest } } } : {}) };
    };
    expect([...(await backendOn(oneAtATime).readMany(ids)).keys()].sort()).toEqual(ids);
    expect(answered).toBe(5);
    const nothing: Around = () => async (command) => ({
      UnprocessedKeys: (command as BatchGetItemCommand).input.RequestItems,
    });
    await expect(backendOn(nothing).readMany(ids)).rejects.toThrow(/throttled/);
  });
});

const KIND = {
  state: 'STARTED',
  copy: 'own',
  lease: 'none',
  starts: 1,
  generation: 'equal',
  round: 'equal',
  stamped: false,
  extras: true,
  time: 'present',
} as const;
