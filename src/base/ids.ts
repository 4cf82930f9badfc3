import { createHash } from 'node:crypto';
import { InvalidOptionError } from './errors.ts';
import type { Random } from './random.ts';

/** Longest task id that fits a DynamoDB key together with what stands before it. */
export const MAX_ID_LENGTH = 200;

/** A UUIDv7: sorts by time, unique without a look-up. @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7 */
export function newId(nowMs: number, random: Random): string {
  const time = Math.max(0, Math.floor(nowMs)).toString(16).padStart(12, '0').slice(-12);
  const a = hex(random.uint32());
  const b = hex(random.uint32());
  const c = hex(random.uint32());
  const variant = ((Number.parseInt(b[0] as string, 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(0, 3)}-${variant}${b.slice(1, 4)}-${b.slice(4)}${c}`;
}

/**
 * The id of a task that is sent from inside a task: the same for a redelivered sender, another for a new attempt.
 *
 * @param call  what tells this call from the sender's others: its name, arguments and which of equal calls it is
 */
export function childId(
  parent: { id: string; attempt: number; generation: number; round: number },
  call: string,
): string {
  const from = JSON.stringify([parent.id, parent.attempt, parent.generation, parent.round, call]);
  const digest = createHash('sha256').update(from).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

/**
 * Returns a caller's task id if it can be one.
 *
 * @throws {InvalidOptionError} it is empty, longer than 200 characters, or has characters other than letters, digits and `. _ : / -`
 */
export function checkId(id: unknown, at: string): string {
  if (isId(id)) return id;
  throw new InvalidOptionError(
    `\`${at}\` must be 1 to ${MAX_ID_LENGTH} letters, digits or . _ : / -, got ${JSON.stringify(id)?.slice(0, 80)}`,
  );
}

/** Tells whether a value can be the id of a task. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_ID_LENGTH && /^[\w.:/-]+$/.test(value);
}

function hex(uint32: number): string {
  return uint32.toString(16).padStart(8, '0');
}
