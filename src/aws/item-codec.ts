import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TaskItem } from '../protocol/item.ts';
import { type Key, TABLE, taskKey, ttlSeconds } from './table.ts';

/** An item of the table, as the SDK has it. */
export type Attributes = Record<string, AttributeValue>;

/** A task's item with the revision that the table had of it. */
export interface Revised {
  readonly item: TaskItem;
  readonly rev: string;
}

/**
 * How each field stands in the table. What a user's code made is JSON text: exact whatever it holds. The rest is native, so
 * that an operator can read it in the console and a condition can compare it.
 */
const FIELDS: Readonly<Record<Exclude<keyof TaskItem, 'lease'>, 'text' | 'number' | 'flag' | 'json'>> = {
  task: 'text',
  queue: 'text',
  root: 'text',
  parent: 'text',
  state: 'text',
  attempt: 'number',
  nextAtMs: 'number',
  copy: 'text',
  starts: 'number',
  generation: 'number',
  round: 'number',
  cause: 'text',
  request: 'json',
  revoked: 'flag',
  forgotten: 'flag',
  marked: 'flag',
  value: 'json',
  valueKey: 'text',
  error: 'json',
  reason: 'text',
  meta: 'json',
  startedAtMs: 'number',
  doneAtMs: 'number',
  resultExpiresAtMs: 'number',
  expiresAtMs: 'number',
};

/** Attributes that are no field of `TaskItem`. */
export const REV = 'rev';
export const LEASE_TOKEN = 'leaseToken';
export const LEASE_UNTIL = 'leaseUntilMs';

/** A task's item as the table holds it, keys, revision and TTL included. */
export function encodeItem(id: string, item: TaskItem, rev: string): Attributes {
  const attributes: Attributes = { ...keyAttributes(taskKey(id)), [REV]: { S: rev } };
  for (const [field, kind] of Object.entries(FIELDS)) {
    const value: unknown = item[field as keyof TaskItem];
    if (value !== undefined) attributes[field] = encode(kind, value);
  }
  if (item.lease) {
    attributes[LEASE_TOKEN] = { S: item.lease.token };
    attributes[LEASE_UNTIL] = { N: String(item.lease.untilMs) };
  }
  attributes[TABLE.ttl] = { N: String(ttlSeconds(item.expiresAtMs)) };
  return attributes;
}

/** A key as the SDK has it. */
export function keyAttributes({ pk, sk }: Key): { readonly pk: { S: string }; readonly sk: { S: string } } {
  return { [TABLE.partitionKey]: { S: pk }, [TABLE.sortKey]: { S: sk } };
}

/** The key of an item that was read. */
export function keyOf(attributes: Attributes): Key {
  return { pk: attributes[TABLE.partitionKey]?.S ?? '', sk: attributes[TABLE.sortKey]?.S ?? '' };
}

/** How every item says until when it counts: exactly, and for TTL. */
export function timeAttributes(expiresAtMs: number): Attributes {
  return { expiresAtMs: { N: String(expiresAtMs) }, [TABLE.ttl]: { N: String(ttlSeconds(expiresAtMs)) } };
}

/** Reads what `encodeItem` or the claim's update wrote; attributes it does not know are left alone. */
export function decodeItem(attributes: Attributes): Revised {
  const item: Record<string, unknown> = {};
  for (const [field, kind] of Object.entries(FIELDS)) {
    const attribute = attributes[field];
    if (attribute) item[field] = decode(kind, attribute);
  }
  const token = attributes[LEASE_TOKEN]?.S;
  if (token !== undefined) item.lease = { token, untilMs: Number(attributes[LEASE_UNTIL]?.N) };
  return { item: item as unknown as TaskItem, rev: attributes[REV]?.S ?? '' };
}

function encode(kind: (typeof FIELDS)[keyof typeof FIELDS], value: unknown): AttributeValue {
  switch (kind) {
    case 'text':
      return { S: String(value) };
    case 'number':
      return { N: String(value) };
    case 'flag':
      return { BOOL: value === true };
    case 'json':
      return { S: JSON.stringify(value) };
  }
}

function decode(kind: (typeof FIELDS)[keyof typeof FIELDS], attribute: AttributeValue): unknown {
  switch (kind) {
    case 'text':
      return attribute.S;
    case 'number':
      return Number(attribute.N);
    case 'flag':
      return attribute.BOOL;
    case 'json':
      return JSON.parse(attribute.S ?? 'null');
  }
}
