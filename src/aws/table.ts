import type { NodeAt } from '../protocol/barrier-item.ts';
import { leafOf } from '../protocol/tree.ts';

/**
 * The table as its creator and its users must agree on it: the construct, the embedded servers and the backend read this file.
 *
 * On demand, both keys strings, deleted by TTL.
 */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since 1970. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
  ttl: 'expiresAt',
} as const;

/** A primary key. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

const TASK_PREFIX = 'task#';
/** Sort key of an item that stands alone in its partition. */
const ALONE = '-';

/** Digits of a number in a sort key. */
const DIGITS = 9;
/** The end of a path id: an index without leading zeros. */
const INDEX = /\.(0|[1-9]\d{0,8})$/;

/**
 * Where a task's state and result stand: a hundred siblings, `<parent>.<index>`, in one partition by their index, so that a
 * leaf of a group is one query; any other id alone.
 */
export function taskKey(id: string): Key {
  const [end, digits] = INDEX.exec(id) ?? [];
  if (end === undefined) return { pk: TASK_PREFIX + id, sk: ALONE };
  const index = Number(digits);
  return { pk: membersPk(id.slice(0, -end.length), leafOf(index).leaf), sk: memberSk(index) };
}

/** The task whose item has this key. */
export function taskIdOf({ pk, sk }: Key): string {
  if (sk === ALONE) return pk.slice(TASK_PREFIX.length);
  return `${pk.slice(TASK_PREFIX.length, pk.lastIndexOf('#'))}.${Number(sk)}`;
}

/** The partition of the members `100 * leaf` to `100 * leaf + 99` of a group. */
export function membersPk(group: string, leaf: number): string {
  return `${TASK_PREFIX}${group}#${leaf}`;
}

/** The sort key of a member; they sort by their index. */
export function memberSk(index: number): string {
  return String(index).padStart(DIGITS, '0');
}

/** Where the head of a group's barrier stands. */
export function barrierHeadKey(group: string): Key {
  return { pk: `barrier#${group}`, sk: ALONE };
}

/** Where a node of a group's barrier stands: each in a partition of its own. */
export function barrierNodeKey({ group, level, node }: NodeAt): Key {
  return { pk: `barrier#${group}#${level}#${node}`, sk: ALONE };
}

/** The partition of a payload's pieces. */
export function payloadPk(key: string): string {
  return `payload#${key}`;
}

/** The sort key of a payload's piece; they sort by their number. */
export function pieceSk(piece: number): string {
  return String(piece).padStart(DIGITS, '0');
}

/** The one partition of all orders to workers: the revocations by their time, and after them a note a queue. */
export const REVOKED_PK = 'revoked';

/** Where a revocation stands; `id` keeps two of the same millisecond apart. */
export function revocationKey(atMs: number, id: string): Key {
  return { pk: REVOKED_PK, sk: `${revocationsFrom(atMs)}#${id}` };
}

/** The sort key before every revocation of `sinceMs` and later. */
export function revocationsFrom(sinceMs: number): string {
  return String(Math.max(0, Math.floor(sinceMs))).padStart(15, '0');
}

/** Sorts after every time: whoever reads the revocations since a time reads it as well. */
const QUEUE_NOTES = '~';

/** Where it stands what is ordered and known of a queue. */
export function queueNoteKey(queue: string): Key {
  return { pk: REVOKED_PK, sk: QUEUE_NOTES + queue };
}

/** The queue whose note stands at this sort key; nothing if it is a revocation's. */
export function notedQueue(sk: string): string | undefined {
  return sk.startsWith(QUEUE_NOTES) ? sk.slice(QUEUE_NOTES.length) : undefined;
}

/** What TTL reads: never before the exact time, which the item keeps in milliseconds beside it. */
export function ttlSeconds(expiresAtMs: number): number {
  return Math.ceil(expiresAtMs / 1_000);
}
