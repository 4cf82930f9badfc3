import { createHash } from 'node:crypto';
import { InvalidOptionError } from './errors.ts';
import { checkId, MAX_ID_LENGTH } from './ids.ts';

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

/** What a canvas adds to an id: the place of a step, member or link, a replacement, the hash of what is too long. */
const STEP = /\.(?:l?\d+|r\d+(?:-\d+)?|x[0-9a-f]{40})$/;
/** An errback runs because of what stands above it: it is no step of that. */
const ERRBACK = /\.e\d+-\d+$/;

/** Tells whether an id ends in what a canvas adds to the id of something that it is a part of. */
export function isStep(id: string): boolean {
  return STEP.test(id);
}

/** The id of the canvas that an id belongs to: without what names a part of it. That of a task by itself is its own. */
export function workflowOf(id: string): string {
  const above = id.replace(STEP, '').replace(ERRBACK, '');
  return above === id || above === '' ? id : workflowOf(above);
}

/**
 * Returns a caller's id for what is sent, if it can be one.
 *
 * @throws {InvalidOptionError} as `checkId`; or it ends as the ids of a canvas's parts do, such as `order.1`
 */
export function checkTaskId(id: unknown, at: string): string {
  const checked = checkId(id, at);
  if (!isStep(checked) && !ERRBACK.test(checked)) return checked;
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
