import { isDeepStrictEqual } from 'node:util';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../base/clock.ts';
import { ServiceError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Orders, ResultBackend, Revocation, WriteAnswer } from '../ports/result-backend.ts';
import { present, type TaskItem } from '../protocol/item.ts';
import { FANOUT } from '../protocol/tree.ts';
import type { Claim, Write } from '../protocol/write.ts';
import { applyWrite } from '../protocol/writes.ts';
import { asServiceError } from './as-service-error.ts';
import { readItems } from './batch-read.ts';
import { claimUpdate } from './claim-update.ts';
import { type Attributes, decodeItem, encodeItem, keyAttributes, keyOf, REV } from './item-codec.ts';
import { readOrders } from './orders.ts';
import { pause } from './pause.ts';
import { queryItems } from './query-items.ts';
import { beginCheck, endCheck, type NotedQueue, pauseQueue, resumeQueue } from './queue-notes.ts';
import { addRevocation } from './revocations.ts';
import { memberSk, membersPk, taskIdOf, taskKey } from './table.ts';

/** What the backend works with. */
export interface DynamoBackendParts {
  /** Asked for the client with each call, so that it is built with the first. */
  readonly client: () => Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  readonly clock: Clock;
  /** Revisions are drawn from it: no two writers may draw the same numbers. */
  readonly random: Random;
}

/** Others change one task's item rarely, and seldom more than one of them at once. */
const MAX_TRIES = 12;

/** What stands in the table, or is taken to stand there: a `rev` if there is an item. */
interface Seen {
  readonly item: TaskItem | undefined;
  readonly rev: string | undefined;
  /** Seen by this write, not remembered by its caller. */
  readonly certain: boolean;
}

const NOTHING: Seen = { item: undefined, rev: undefined, certain: false };

/**
 * The table of tasks on DynamoDB.
 *
 * A write runs `applyWrite` on the item and puts the whole new item under the condition that the old one is still there:
 * every write sets a random `rev`. A repeated put, whose first answer was lost, finds its own `rev` and has succeeded.
 *
 * @see docs/decisions/001-compare-and-set.md
 */
export class DynamoBackend implements ResultBackend {
  readonly #parts: DynamoBackendParts;
  /** The revision of each item handed out; the protocol never sees it. */
  readonly #revs: WeakMap<TaskItem, string> = new WeakMap();

  constructor(parts: DynamoBackendParts) {
    this.#parts = parts;
  }

  async read(id: string): Promise<TaskItem | undefined> {
    const seen = await asServiceError(`read task ${id}`, this.#look(id));
    return present(seen.item, this.#parts.clock.now());
  }

  readMany(ids: readonly string[]): Promise<ReadonlyMap<string, TaskItem>> {
    return asServiceError(`read ${ids.length} tasks`, this.#readMany(ids));
  }

  readMembers(group: string, leaf: number): Promise<ReadonlyMap<number, TaskItem>> {
    return asServiceError(`read the members of ${group}`, this.#readMembers(group, leaf));
  }

  /** @throws {ServiceError} the item was changed by others twelve times running, or the SDK's own tries are used up */
  write(write: Write, known?: TaskItem): Promise<WriteAnswer> {
    return asServiceError(`write task ${write.by.id}`, this.#write(write, known));
  }

  addRevocation(revocation: Revocation): Promise<void> {
    const { client, tableName } = this.#parts;
    return asServiceError(`revoke ${revocation.id}`, addRevocation(client(), tableName, revocation));
  }

  ordersSince(sinceMs: number): Promise<Orders> {
    const { client, tableName, clock } = this.#parts;
    const found = readOrders(client(), tableName, { sinceMs, nowMs: clock.now() });
    return asServiceError('read the orders to workers', found);
  }

  pauseQueue(queue: string): Promise<void> {
    return asServiceError(`pause queue ${queue}`, pauseQueue(this.#note(queue)));
  }

  resumeQueue(queue: string): Promise<void> {
    return asServiceError(`resume queue ${queue}`, resumeQueue(this.#note(queue)));
  }

  beginCheck(queue: string, everyMs: number): Promise<boolean> {
    return asServiceError(`take on the check of queue ${queue}`, beginCheck(this.#note(queue), everyMs));
  }

  endCheck(queue: string, wholeBatches: boolean): Promise<void> {
    return asServiceError(`tell what is known of queue ${queue}`, endCheck(this.#note(queue), wholeBatches));
  }

  #note(queue: string): NotedQueue {
    const { client, tableName, clock } = this.#parts;
    return { client: client(), tableName, queue, nowMs: clock.now() };
  }

  async #readMany(ids: readonly string[]): Promise<ReadonlyMap<string, TaskItem>> {
    const { client, tableName, clock, random } = this.#parts;
    const found = new Map<string, TaskItem>();
    const keys = [...new Set(ids)].map(taskKey);
    for await (const attributes of readItems({ client: client(), tableName, clock, random }, keys)) {
      const item = present(this.#remember(attributes).item, clock.now());
      if (item) found.set(taskIdOf(keyOf(attributes)), item);
    }
    return found;
  }

  async #readMembers(group: string, leaf: number): Promise<ReadonlyMap<number, TaskItem>> {
    const { client, tableName, clock } = this.#parts;
    const [first, last] = [FANOUT * leaf, FANOUT * leaf + FANOUT - 1].map(memberSk) as [string, string];
    const range = { pk: membersPk(group, leaf), from: first, to: last };
    const found = new Map<number, TaskItem>();
    for await (const attributes of queryItems(client(), tableName, range)) {
      const item = present(this.#remember(attributes).item, clock.now());
      if (item) found.set(Number(keyOf(attributes).sk), item);
    }
    return found;
  }

  async #write(write: Write, known?: TaskItem): Promise<WriteAnswer> {
    const { clock, random } = this.#parts;
    const rev = newRev(random);
    let seen = await this.#begin(write, known, rev);
    for (let tries = 0; seen.rev !== rev; tries++) {
      if (tries === MAX_TRIES)
        throw new ServiceError(`task "${write.by.id}" was changed by others ${tries} times meanwhile`);
      const answer = applyWrite(seen.item, write);
      if ('refused' in answer && seen.certain) {
        return { written: false, refused: answer.refused, item: present(seen.item, write.by.nowMs) };
      }
      if ('refused' in answer) {
        seen = await this.#look(write.by.id);
      } else if (seen.certain && isDeepStrictEqual(answer.item, seen.item)) {
        break; // it says so already
      } else {
        if (tries > 1) await pause(clock, random, tries);
        seen = await this.#put(write.by.id, answer.item, seen.rev, rev);
      }
    }
    return { written: true, item: seen.item as TaskItem };
  }

  /** What the first try starts from: the caller's hint, or else that there is no item; a claim is tried at once. */
  async #begin(write: Write, known: TaskItem | undefined, rev: string): Promise<Seen> {
    if (known) {
      const knownRev = this.#revs.get(known);
      return knownRev === undefined ? this.#look(write.by.id) : { item: known, rev: knownRev, certain: false };
    }
    return write.kind === 'claim' ? this.#claim(write, rev) : NOTHING;
  }

  async #claim(claim: Claim, rev: string): Promise<Seen> {
    const { client, tableName } = this.#parts;
    try {
      const { Attributes = {} } = await client().send(new UpdateItemCommand(claimUpdate(tableName, claim, rev)));
      return this.#remember(Attributes);
    } catch (error) {
      return this.#instead(claim.by.id, error);
    }
  }

  /** Puts `item` in place of revision `before`, or of none. Returns what stands there now. */
  async #put(id: string, item: TaskItem, before: string | undefined, rev: string): Promise<Seen> {
    const { client, tableName } = this.#parts;
    const condition =
      before === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: `${REV} = :rev`, ExpressionAttributeValues: { ':rev': { S: before } } };
    try {
      await client().send(
        new PutItemCommand({
          TableName: tableName,
          Item: encodeItem(id, item, rev),
          ...condition,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      this.#revs.set(item, rev);
      return { item, rev, certain: true };
    } catch (error) {
      return this.#instead(id, error);
    }
  }

  /** What stands where a condition failed. Without an item in the answer (it is gone, or an emulator's) it is read. */
  async #instead(id: string, error: unknown): Promise<Seen> {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item ? this.#remember(error.Item) : this.#look(id);
  }

  async #look(id: string): Promise<Seen> {
    const { client, tableName } = this.#parts;
    const { Item } = await client().send(
      new GetItemCommand({ TableName: tableName, Key: keyAttributes(taskKey(id)), ConsistentRead: true }),
    );
    return Item ? this.#remember(Item) : { ...NOTHING, certain: true };
  }

  #remember(attributes: Attributes): Seen & { readonly item: TaskItem } {
    const { item, rev } = decodeItem(attributes);
    this.#revs.set(item, rev);
    return { item, rev, certain: true };
  }
}

/** 64 random bits: no two writes of one task share a revision, also after its item was deleted and made anew. */
function newRev(random: Random): string {
  return [random.uint32(), random.uint32()].map((bits) => bits.toString(16).padStart(8, '0')).join('');
}
