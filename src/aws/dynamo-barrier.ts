import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../base/clock.ts';
import { BarrierMissingError, ServiceError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Arrival, Barrier } from '../ports/barrier.ts';
import type { BarrierHead, BarrierNode, NodeAt } from '../protocol/barrier-item.ts';
import { asServiceError } from './as-service-error.ts';
import { decodeHead, decodeNode, encodeHead, encodeNode, numberSet } from './barrier-codec.ts';
import { readItems } from './batch-read.ts';
import { type Attributes, keyAttributes, keyOf } from './item-codec.ts';
import { namesIn } from './names-in.ts';
import { barrierHeadKey, barrierNodeKey, ttlSeconds } from './table.ts';

/** What the barrier works with. */
export interface DynamoBarrierParts {
  /** Asked for the client with each call, so that it is built with the first. */
  readonly client: () => Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** An update of a node, and the node that it makes where there is none. */
interface NodeChange {
  readonly update: string;
  readonly values: Attributes;
  readonly anew: BarrierNode;
  readonly expiresAtMs: number;
}

const ABSENT = '(attribute_not_exists(pk) OR #expiresAtMs <= :now)';
/** Also false where there is no item. */
const PRESENT = '#expiresAtMs > :now';
const SET_TIME = '#expiresAtMs = :expiresAtMs, #expiresAt = :expiresAt';
/** Of a node whose old item is past its time: the second finds the new item of whoever was faster. */
const MAX_TRIES = 3;

/**
 * Barriers on DynamoDB: an arrival is one `UpdateItem` without a condition that a race could fail, one write unit.
 *
 * A node lives as long as the last that touched it says. Nodes are read as they are after the change, in the same call.
 */
export class DynamoBarrier implements Barrier {
  readonly #parts: DynamoBarrierParts;

  constructor(parts: DynamoBarrierParts) {
    this.#parts = parts;
  }

  open(head: BarrierHead): Promise<void> {
    return asServiceError(`open the barrier of ${head.group}`, this.#putIfAbsent(encodeHead(head)).then(noAnswer));
  }

  async close(group: string, size: number): Promise<number> {
    const update = 'SET #size = if_not_exists(#size, :size)';
    const head = await this.#updateHead(group, update, { ':size': { N: String(size) } });
    return head.size ?? size;
  }

  arrive(at: NodeAt, { children, failed, expiresAtMs }: Arrival): Promise<BarrierNode> {
    const change = failed
      ? 'ADD #arrived :children, #failed :children'
      : 'ADD #arrived :children DELETE #failed :children';
    const arrived = new Set(children);
    return this.#updateNode(at, {
      update: `SET ${SET_TIME} ${change}`,
      values: { ':children': numberSet(arrived) },
      anew: { arrived, failed: failed ? arrived : new Set() },
      expiresAtMs,
    });
  }

  tellSize(at: NodeAt, size: number, expiresAtMs: number): Promise<BarrierNode> {
    return this.#updateNode(at, {
      update: `SET ${SET_TIME}, #size = if_not_exists(#size, :size)`,
      values: { ':size': { N: String(size) } },
      anew: { arrived: new Set(), failed: new Set(), size },
      expiresAtMs,
    });
  }

  readHead(group: string): Promise<BarrierHead | undefined> {
    return asServiceError(`read the barrier of ${group}`, this.#readHead(group));
  }

  addRounds(group: string, rounds: number): Promise<BarrierHead> {
    return this.#updateHead(group, 'ADD #firedRound :rounds', { ':rounds': { N: String(rounds) } });
  }

  readNodes(at: readonly NodeAt[]): Promise<readonly (BarrierNode | undefined)[]> {
    return asServiceError(`read ${at.length} nodes of a barrier`, this.#readNodes(at));
  }

  async #readHead(group: string): Promise<BarrierHead | undefined> {
    const { client, tableName, clock } = this.#parts;
    const Key = keyAttributes(barrierHeadKey(group));
    const { Item } = await client().send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
    const head = Item && decodeHead(group, Item);
    return head && head.expiresAtMs > clock.now() ? head : undefined;
  }

  async #readNodes(at: readonly NodeAt[]): Promise<readonly (BarrierNode | undefined)[]> {
    const { client, tableName, clock, random } = this.#parts;
    const keys = new Map(at.map((one) => barrierNodeKey(one)).map((key) => [key.pk, key]));
    const found = new Map<string, BarrierNode>();
    for await (const item of readItems({ client: client(), tableName, clock, random }, [...keys.values()])) {
      if (Number(item.expiresAtMs?.N) > clock.now()) found.set(keyOf(item).pk, decodeNode(item));
    }
    return at.map((one) => found.get(barrierNodeKey(one).pk));
  }

  async #updateHead(group: string, update: string, values: Attributes): Promise<BarrierHead> {
    const call = this.#update(keyAttributes(barrierHeadKey(group)), { update, values, condition: PRESENT });
    const head = await asServiceError(`update the barrier of ${group}`, call);
    if (head) return decodeHead(group, head);
    throw new BarrierMissingError(
      `the barrier of group "${group}" is not stored: it was never opened, or its time has passed; send the workflow again`,
    );
  }

  #updateNode(at: NodeAt, change: NodeChange): Promise<BarrierNode> {
    return asServiceError(
      `update node ${at.level}.${at.node} of the barrier of ${at.group}`,
      this.#tryNode(at, change),
    );
  }

  async #tryNode(at: NodeAt, { update, values, anew, expiresAtMs }: NodeChange): Promise<BarrierNode> {
    const all = { ...values, ...timeValues(expiresAtMs) };
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const condition = `attribute_not_exists(pk) OR ${PRESENT}`;
      const node = await this.#update(keyAttributes(barrierNodeKey(at)), { update, values: all, condition });
      if (node) return decodeNode(node);
      if (await this.#putIfAbsent(encodeNode(at, anew, expiresAtMs))) return anew;
    }
    throw new ServiceError('the item is neither within its time nor past it');
  }

  /** @returns the item after the update; nothing if the condition failed */
  async #update(
    Key: ReturnType<typeof keyAttributes>,
    { update, values, condition }: { update: string; values: Attributes; condition: string },
  ): Promise<Attributes | undefined> {
    const { client, tableName, clock } = this.#parts;
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key,
      ConditionExpression: condition,
      UpdateExpression: update,
      ExpressionAttributeNames: namesIn(condition, update),
      ExpressionAttributeValues: { ...values, ':now': { N: String(clock.now()) } },
      ReturnValues: 'ALL_NEW',
    });
    const answer = await client().send(command).catch(unlessRefused);
    return answer && (answer.Attributes ?? {});
  }

  /** @returns whether there was none */
  async #putIfAbsent(item: Attributes): Promise<boolean> {
    const { client, tableName, clock } = this.#parts;
    const command = new PutItemCommand({
      TableName: tableName,
      Item: item,
      ConditionExpression: ABSENT,
      ExpressionAttributeNames: namesIn(ABSENT),
      ExpressionAttributeValues: { ':now': { N: String(clock.now()) } },
    });
    return (await client().send(command).catch(unlessRefused)) !== undefined;
  }
}

function timeValues(expiresAtMs: number): Attributes {
  return { ':expiresAtMs': { N: String(expiresAtMs) }, ':expiresAt': { N: String(ttlSeconds(expiresAtMs)) } };
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

function noAnswer(): void {}
