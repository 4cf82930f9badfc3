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

/** Where a task's state and result stand. */
export function taskKey(id: string): Key {
  return { pk: TASK_PREFIX + id, sk: ALONE };
}

/** The task whose item has this partition key. */
export function taskIdOf(pk: string): string {
  return pk.slice(TASK_PREFIX.length);
}

/** The one partition of all revocations, ordered by time. */
export const REVOKED_PK = 'revoked';

/** Where a revocation stands; `id` keeps two of the same millisecond apart. */
export function revocationKey(atMs: number, id: string): Key {
  return { pk: REVOKED_PK, sk: `${revocationsFrom(atMs)}#${id}` };
}

/** The sort key before every revocation of `sinceMs` and later. */
export function revocationsFrom(sinceMs: number): string {
  return String(Math.max(0, Math.floor(sinceMs))).padStart(15, '0');
}

/** What TTL reads: never before the exact time, which the item keeps in milliseconds beside it. */
export function ttlSeconds(expiresAtMs: number): number {
  return Math.ceil(expiresAtMs / 1_000);
}
