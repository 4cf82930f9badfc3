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

/** Longest id of a canvas, and of every node that may be a group: its members' ids are longer, and must not be hashed. */
export const MAX_PATH_LENGTH: number = MAX_ID_LENGTH - 12;

/**
 * The id of a node of a workflow below another: the parent's, a dot, and its place there.
 *
 * One that would be too long is the beginning of it, to a dot, and a hash of the whole: known beforehand all the same.
 */
export function pathId(parent: string, place: string | number): string {
  const id = `${parent}.${place}`;
  if (id.length <= MAX_PATH_LENGTH) return id;
  const kept = id.slice(0, Math.max(0, id.lastIndexOf('.', MAX_KEPT_PREFIX) + 1));
  return `${kept}x${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}

/** Leaves room for the hash. */
const MAX_KEPT_PREFIX = 130;

/** The id of a member of a group: always the group's and its index, so that the members of a leaf stand together. */
export function memberId(group: string, index: number): string {
  return `${group}.${index}`;
}

/** What an id that is given to what is sent must not end in: as parts of a canvas do. */
const PART = /\.(?:[lr]?\d+(?:-\d+)?|e\d+-\d+|x[0-9a-f]{40})$/;

/** The id of the canvas that an id belongs to: without what names a part of it. That of a task by itself is its own. */
export function workflowOf(id: string): string {
  const above = id.replace(PART, '');
  return above === id || above === '' ? id : workflowOf(above);
}

/**
 * Returns a caller's id for what is sent, if it can be one.
 *
 * @throws {InvalidOptionError} as `checkId`; or it ends as the ids of a canvas's parts do, such as `order.1`
 */
export function checkTaskId(id: unknown, at: string): string {
  const checked = checkId(id, at);
  if (!PART.test(checked)) return checked;
  throw new InvalidOptionError(
    `\`${at}\` must not end in a dot and a number, got "${checked}": so the parts of a canvas are named; write ${checked.replace(/\.([^.]*)$/, '-$1')}`,
  );
}

/** Every id that stands before this one in its workflow, nearest first: `a.b.1` has `a.b` and `a`. */
export function ancestorIds(id: string): readonly string[] {
  const found: string[] = [];
  for (let dot = id.lastIndexOf('.'); dot > 0; dot = id.lastIndexOf('.', dot - 1)) found.push(id.slice(0, dot));
  return found;
}

/**
 * Returns a caller's task id if it can be one.
 *
 * @throws {InvalidOptionError} it is empty, longer than 200 characters, or has characters other than letters, digits and `. _ : / -`
 */
export function checkId(id: unknown, at: string): string {
  if (typeof id === 'string' && id.length <= MAX_ID_LENGTH && /^[\w.:/-]+$/.test(id)) return id;
  throw new InvalidOptionError(
    `\`${at}\` must be 1 to ${MAX_ID_LENGTH} letters, digits or . _ : / -, got ${JSON.stringify(id)?.slice(0, 80)}`,
  );
}

function hex(uint32: number): string {
  return uint32.toString(16).padStart(8, '0');
}
