import {
  type DynamoDBClient,
  GetItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoBarrier } from '../../src/aws/dynamo-barrier.ts';
import { DynamoPayloads } from '../../src/aws/dynamo-payloads.ts';
import { type Attributes, keyAttributes } from '../../src/aws/item-codec.ts';
import { barrierHeadKey, barrierNodeKey, type Key, payloadPk, pieceSk } from '../../src/aws/table.ts';
import { systemClock } from '../../src/base/clock.ts';
import { ServiceError } from '../../src/base/errors.ts';
import { MAX_ID_LENGTH } from '../../src/base/ids.ts';
import { MAX_PIECE_BYTES, PIECES_AT_ONCE } from '../../src/base/limits.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { NodeAt } from '../../src/protocol/barrier-item.ts';
import { climb, FANOUT, leafOf } from '../../src/protocol/tree.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../support/embedded.ts';
import { servedBy } from '../support/served-by.ts';
import { NOW } from './crossing/item-kinds.ts';

type Send = DynamoDBClient['send'];
/** What stands between an adapter and the table. */
type Around = (send: Send) => (command: Parameters<Send>[0]) => Promise<unknown>;

const EXPIRES = NOW + 86_400_000;
/** The capacity that a write of one unit is said to use; moto, which serves DynamoDB in LocalStack, says the same of all calls. */
const SAID_OF_ONE_UNIT = (await servedBy()) === 'LocalStack' ? 0.5 : 1;

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

/** Notes the name of every call. */
function noting(calls: string[]): Around {
  return (send) => (command) => {
    calls.push(command.constructor.name.replace('Command', ''));
    return send(command);
  };
}

function partsOn(nowMs: number, arounds: readonly Around[]) {
  const plain = ((command) => aws.dynamo.send(command)) as Send;
  const send = arounds.reduce<Send>((inner, around) => around(inner) as Send, plain);
  const clock = { ...systemClock, now: () => nowMs };
  return { client: () => ({ send }), tableName: aws.table, clock, random: systemRandom };
}

function barrierOn(...arounds: readonly Around[]): DynamoBarrier {
  return new DynamoBarrier(partsOn(NOW, arounds));
}

function payloadsOn(...arounds: readonly Around[]): DynamoPayloads {
  return new DynamoPayloads(partsOn(NOW, arounds));
}

async function raw(key: Key): Promise<Attributes> {
  const read = new GetItemCommand({ TableName: aws.table, Key: keyAttributes(key), ConsistentRead: true });
  return (await aws.dynamo.send(read)).Item ?? {};
}

let groups = 0;
function leafIn(group: string = `dynamo.${++groups}`): NodeAt {
  return { group, level: 0, node: 0 };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
const arrival = (children: readonly number[], failed: boolean = false) => ({ children, failed, expiresAtMs: EXPIRES });

describe('the calls of a barrier', () => {
  const none = () => Promise.resolve();
  const opened = (barrier: DynamoBarrier, group: string) =>
    barrier.open({ group, firedRound: 0, expiresAtMs: EXPIRES });
  const arrived = (barrier: DynamoBarrier, group: string) => barrier.arrive(leafIn(group), arrival([1]));
  const expired = (_: DynamoBarrier, group: string) =>
    new DynamoBarrier(partsOn(NOW - 10, [])).arrive(leafIn(group), { ...arrival([1]), expiresAtMs: NOW });

  it.each([
    ['open', 'no head', none, opened, 'PutItem'],
    ['open', 'a head', opened, opened, 'PutItem'],
    ['close', 'a head', opened, (barrier, group) => barrier.close(group, 3), 'UpdateItem'],
    ['close', 'no head', none, (barrier, group) => barrier.close(group, 3).catch(none), 'UpdateItem'],
    ['arrive', 'no node', none, arrived, 'UpdateItem'],
    ['arrive', 'a node', arrived, arrived, 'UpdateItem'],
    ['arrive', 'a node past its time', expired, arrived, 'UpdateItem PutItem'],
    ['tellSize', 'no node', none, (barrier, group) => barrier.tellSize(leafIn(group), 3, EXPIRES), 'UpdateItem'],
    ['readHead', 'a head', opened, (barrier, group) => barrier.readHead(group), 'GetItem'],
    ['addRounds', 'a head', opened, (barrier, group) => barrier.addRounds(group, 1), 'UpdateItem'],
    ['readNodes of none', 'nothing', none, (barrier) => barrier.readNodes([]), ''],
    ['readNodes of 100', 'nothing', none, (barrier, group) => barrier.readNodes(nodesOf(group, 100)), 'BatchGetItem'],
    [
      'readNodes of 101',
      'nothing',
      none,
      (barrier, group) => barrier.readNodes(nodesOf(group, 101)),
      'BatchGetItem BatchGetItem',
    ],
  ] as [string, string, Act, Act, string][])('of %s on %s', async (_name, _on, before, act, expected) => {
    const { group } = leafIn();
    await before(barrierOn(), group);
    const calls: string[] = [];
    await act(barrierOn(noting(calls)), group);
    expect(calls.join(' ')).toBe(expected);
  });

  type Act = (barrier: DynamoBarrier, group: string) => Promise<unknown>;
  const nodesOf = (group: string, count: number) => upTo(count).map((node) => ({ group, level: 0, node }));

  it('are one for each member and one for each full node below the top', async () => {
    const calls: string[] = [];
    const barrier = barrierOn(noting(calls));
    const { group } = leafIn();
    const size = 250;
    const ends = await Promise.all(
      upTo(size).map(async (index) => {
        const { leaf, child } = leafOf(index);
        const from = { group, level: 0, node: leaf };
        let next = climb(from, await barrier.arrive(from, arrival([child])), size);
        while (next.kind === 'climb')
          next = climb(next.to, await barrier.arrive(next.to, arrival([next.child])), next.size);
        return next.kind;
      }),
    );
    expect(ends.filter((kind) => kind === 'complete')).toHaveLength(1);
    expect(calls).toEqual(Array(size + 3).fill('UpdateItem'));
  });

  it('come to the same when each happens twice', async () => {
    const barrier = barrierOn(repeated);
    const at = leafIn();
    const head = { group: at.group, next: [1], firedRound: 0, expiresAtMs: EXPIRES };
    await barrier.open(head);
    expect(await barrier.close(at.group, 4)).toBe(4);
    expect(await barrier.readHead(at.group)).toEqual({ ...head, size: 4 });
    expect(await barrier.arrive(at, arrival([0, 1], true))).toEqual({
      arrived: new Set([0, 1]),
      failed: new Set([0, 1]),
    });
    expect(await barrier.arrive(at, arrival([1]))).toEqual({ arrived: new Set([0, 1]), failed: new Set([0]) });
    expect(await barrier.tellSize(at, 4, EXPIRES)).toMatchObject({ size: 4 });
    const late = new DynamoBarrier(partsOn(EXPIRES, [repeated]));
    const anew = await late.arrive(at, { ...arrival([3]), expiresAtMs: EXPIRES + 1 });
    expect(anew).toEqual({ arrived: new Set([3]), failed: new Set() });
  });

  it('are strongly consistent where they read', async () => {
    const inputs: object[] = [];
    const barrier = barrierOn((send) => (command) => {
      inputs.push(command.input);
      return send(command);
    });
    await barrier.readHead('x');
    await barrier.readNodes([leafIn()]);
    await payloadsOn((send) => (command) => {
      inputs.push(command.input);
      return send(command);
    }).get('x');
    expect(inputs).toMatchObject([
      { ConsistentRead: true },
      { RequestItems: { [aws.table]: { ConsistentRead: true } } },
      { ConsistentRead: true },
    ]);
  });

  it('that fail are our own errors, with the cause', async () => {
    const failing: Around = () => async () => {
      throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    };
    const barrier = barrierOn(failing);
    const head = { group: 'g', firedRound: 0, expiresAtMs: EXPIRES };
    const calls = [
      barrier.open(head),
      barrier.close('g', 1),
      barrier.arrive(leafIn('g'), arrival([0])),
      barrier.tellSize(leafIn('g'), 1, EXPIRES),
      barrier.readHead('g'),
      barrier.addRounds('g', 1),
      barrier.readNodes([leafIn('g')]),
      payloadsOn(failing).put('k', 'text', EXPIRES),
      payloadsOn(failing).get('k'),
    ];
    for (const call of calls) {
      await expect(call).rejects.toThrow(ServiceError);
      await expect(call).rejects.toThrow(/slow down/);
    }
  });

  it('that can never be carried out say so: an item is too large for the table', async () => {
    const { group } = leafIn();
    const head = { group, next: 'x'.repeat(420_000), firedRound: 0, expiresAtMs: EXPIRES };
    await expect(barrierOn().open(head)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining(`AWS could not open the barrier of ${group}`),
    });
    expect(await barrierOn().readHead(group)).toBeUndefined();
    const grown: Around = () => async () => {
      const message = 'Item size to update has exceeded the maximum allowed size';
      throw Object.assign(new Error(message), { name: 'ValidationException' });
    };
    await expect(barrierOn(grown).arrive(leafIn(), arrival([0]))).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('ends where an arrival is itself past its time', async () => {
    const at = leafIn();
    for (const child of [1, 2]) {
      const node = await barrierOn().arrive(at, { ...arrival([child]), expiresAtMs: NOW });
      expect(node).toEqual({ arrived: new Set([child]), failed: new Set() });
    }
  });
});

describe('a node in the table', () => {
  it('stays one write unit, whatever its group is called and whoever has arrived', async () => {
    const at = { group: 'g'.repeat(MAX_ID_LENGTH), level: 0, node: 9_999_999 };
    await barrierOn().tellSize(at, 999_999_999, EXPIRES);
    const units: (number | undefined)[] = [];
    const metered: Around = (send) => async (command) => {
      if (command instanceof UpdateItemCommand) command.input.ReturnConsumedCapacity = 'TOTAL';
      const answer = (await send(command)) as UpdateItemCommandOutput;
      units.push(answer.ConsumedCapacity?.CapacityUnits);
      return answer;
    };
    await barrierOn(metered).arrive(at, arrival(upTo(FANOUT), true));
    await barrierOn(metered).arrive(at, arrival([0], true));
    expect(units).toEqual([SAID_OF_ONE_UNIT, SAID_OF_ONE_UNIT]);
    const item = await raw(barrierNodeKey(at));
    expect(item.failed?.NS).toHaveLength(FANOUT);
    expect(bytesOf(item)).toBeLessThan(1_024);
  });

  it('can be read in the console', async () => {
    const at = leafIn();
    await barrierOn().arrive(at, arrival([3, 1], true));
    await barrierOn().arrive(at, arrival([1]));
    await barrierOn().tellSize(at, 7, EXPIRES);
    const { arrived, ...item } = await raw({ pk: `barrier#${at.group}#0#0`, sk: '-' });
    expect(arrived?.NS?.sort()).toEqual(['1', '3']);
    expect(item).toEqual({
      pk: { S: `barrier#${at.group}#0#0` },
      sk: { S: '-' },
      failed: { NS: ['3'] },
      size: { N: '7' },
      expiresAtMs: { N: String(EXPIRES) },
      expiresAt: { N: String(EXPIRES / 1_000) },
    });
  });

  it('has no set of nobody', async () => {
    const at = leafIn();
    await barrierOn().arrive(at, arrival([1], true));
    await barrierOn().arrive(at, arrival([1]));
    expect((await raw(barrierNodeKey(at))).failed).toBeUndefined();
  });
});

describe('a head in the table', () => {
  it('can be read in the console, and is deleted by TTL in the second after its time', async () => {
    const { group } = leafIn();
    await barrierOn().open({ group, size: 3, next: { a: ['é'] }, firedRound: 0, expiresAtMs: NOW + 1 });
    await barrierOn().addRounds(group, 2);
    expect(await raw(barrierHeadKey(group))).toEqual({
      pk: { S: `barrier#${group}` },
      sk: { S: '-' },
      size: { N: '3' },
      next: { S: '{"a":["é"]}' },
      firedRound: { N: '2' },
      expiresAtMs: { N: String(NOW + 1) },
      expiresAt: { N: String(NOW / 1_000 + 1) },
    });
  });
});

describe('a payload in the table', () => {
  const text = (pieces: number) => '🙂'.repeat((pieces * MAX_PIECE_BYTES) / 4);
  const pieceOf = (key: string, piece: number) => raw({ pk: payloadPk(key), sk: pieceSk(piece) });

  it('is pieces of whole characters, the first of which says how many', async () => {
    await payloadsOn().put('pieces', `x${text(2)}`, NOW + 1);
    const pieces = await Promise.all(upTo(4).map((piece) => pieceOf('pieces', piece)));
    expect(pieces.map((item) => Buffer.byteLength(item.text?.S ?? ''))).toEqual([299_997, 300_000, 4, 0]);
    expect(pieces.map((item) => item.pieces?.N)).toEqual(['3', undefined, undefined, undefined]);
    expect(pieces[1]).toMatchObject({
      pk: { S: 'payload#pieces' },
      sk: { S: '000000001' },
      expiresAtMs: { N: String(NOW + 1) },
      expiresAt: { N: String(NOW / 1_000 + 1) },
    });
  });

  it('is one call where it fits one piece', async () => {
    const calls: string[] = [];
    await payloadsOn(noting(calls)).put('one', text(1), EXPIRES);
    expect((await payloadsOn(noting(calls)).get('one')) === text(1)).toBe(true);
    expect(calls).toEqual(['PutItem', 'Query']);
  });

  it('is absent until its last write, which is the first piece', async () => {
    for (const dies of upTo(4)) {
      const key = `dies after ${dies}`;
      let puts = 0;
      const dying: Around = (send) => async (command) => {
        if (++puts > dies) throw new Error('died');
        return await send(command);
      };
      await expect(payloadsOn(dying).put(key, text(4), EXPIRES)).rejects.toThrow('died');
      expect(await payloadsOn().get(key)).toBeUndefined();
    }
    const order: string[] = [];
    const watched: Around = (send) => async (command) => {
      const answer = await send(command);
      order.push((command.input as PutItemCommandInput).Item?.sk?.S ?? '');
      return answer;
    };
    await payloadsOn(watched).put('order', text(9), EXPIRES);
    expect(order.at(-1)).toBe(pieceSk(0));
    expect([...order].sort()).toEqual(upTo(9).map(pieceSk));
  });

  it('writes a few pieces at a time', async () => {
    let [now, most] = [0, 0];
    const counted: Around = (send) => async (command) => {
      now += 1;
      most = Math.max(most, now);
      const answer = await send(command);
      now -= 1;
      return answer;
    };
    await payloadsOn(counted).put('bounded', text(20), EXPIRES);
    expect(most).toBe(PIECES_AT_ONCE);
  });

  it('is absent when a piece is missing', async () => {
    for (const piece of [0, 2, 4]) {
      const key = `without ${piece}`;
      const skipping: Around = (send) => async (command) => {
        const put = command.input as PutItemCommandInput;
        return put.Item?.sk?.S === pieceSk(piece) ? {} : await send(command);
      };
      await payloadsOn(skipping).put(key, text(5), EXPIRES);
      expect(await payloadsOn().get(key)).toBeUndefined();
    }
  });

  it('is the same when every call happens twice', async () => {
    await payloadsOn(repeated).put('twice', text(3), EXPIRES);
    expect((await payloadsOn(repeated).get('twice')) === text(3)).toBe(true);
  });
});

/** An item's size as DynamoDB counts it: names and texts in UTF-8, a number one byte for two digits and one more, a set three more. */
function bytesOf(item: Attributes): number {
  const numberBytes = (digits: string) => Math.ceil(digits.length / 2) + 1;
  return Object.entries(item).reduce((sum, [name, { S, N, NS }]) => {
    const ofSet = NS ? 3 + NS.reduce((bytes, one) => bytes + numberBytes(one) + 1, 0) : 0;
    return sum + name.length + Buffer.byteLength(S ?? '') + (N ? numberBytes(N) : 0) + ofSet;
  }, 0);
}
