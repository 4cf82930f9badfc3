import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { barrierNodeKey, type Key, payloadPk, pieceSk, taskKey } from '../../src/aws/table.ts';
import { storedId } from '../../src/cli/full-id.ts';
import { storedWorkflows } from '../../src/local/stored-workflows.ts';
import { Planted } from '../support/plant-canvas.ts';

const W = '018f2a3b-0000-7000-8000-0123c3f1a2b4';
const TWIN = '018f2a3b-0000-7000-8000-9999c3f1a2b4';

describe('what is stored with a text in its id', () => {
  it('is found by its tasks and its plan, each workflow once', async () => {
    const keys: Key[] = [
      taskKey(`${W}.0.10`),
      taskKey(`${W}.0.11`),
      barrierNodeKey({ group: `${W}.0`, level: 0, node: 0 }),
      { pk: payloadPk(`plan#${TWIN}`), sk: pieceSk(0) },
      { pk: payloadPk(`plan#${TWIN}.0.r1`), sk: pieceSk(0) },
    ];
    const pages = [keys.slice(0, 2), keys.slice(2)];
    const send = async () => {
      const Items = (pages.shift() ?? []).map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
      return { Items, ...(pages.length > 0 ? { LastEvaluatedKey: {} } : {}) };
    };
    expect(await storedWorkflows({ send } as unknown as DynamoDBClient, 't', 'c3f1a2b4')).toEqual([W, TWIN]);
  });
});

describe('an id that is given to `graph` and `result`', () => {
  /** Of these workflows something is stored. */
  function find(given: string, ...workflows: readonly string[]) {
    const planted = new Planted();
    planted.item('known-one', {});
    const finding = { tools: { ports: planted.ports }, workflowsWith: async () => workflows };
    return planted.run(() => storedId(given, finding));
  }

  it.each([
    ['c3f1a2b4', W],
    ['c3f1a2b4.0.10', `${W}.0.10`],
    ['c3f1a2b4.r1.0.0.e0-0', `${W}.r1.0.0.e0-0`],
    ['known-one', 'known-one'],
    ['known-one.3', 'known-one.3'],
    ['nonsense', 'nonsense'],
    ['1a2b4', '1a2b4'],
  ])('%s means %s', async (given, id) => {
    expect(await find(given, W, `known-one-of-${W.slice(0, 8)}`)).toBe(id);
  });

  it('is taken as it is on AWS, without a look at the table', async () => {
    const planted = new Planted();
    expect(await planted.run(() => storedId('c3f1a2b4', { tools: { ports: planted.ports } }))).toBe('c3f1a2b4');
    expect(planted.world.timeline).toEqual([]);
  });

  it('is refused if it is the end of several', async () => {
    await expect(find('c3f1a2b4.0', W, TWIN)).rejects.toThrow(`${W}, ${TWIN}`);
  });
});
