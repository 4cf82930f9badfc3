import { wrong } from '../base/option-readers.ts';
import { makeSignature } from './bound-signature.ts';
import type { CanvasNode, GroupNode } from './canvas-node.ts';
import { groupNode } from './make-node.ts';
import { MemberSource } from './member-source.ts';
import type { Members, Results, Shared } from './members.ts';
import { firstSender, nodeOf, Part, partOf } from './part.ts';
import type { Sender } from './sender.ts';
import type { GroupSignature } from './signature.ts';

/**
 * Runs the members side by side; the result is the list of theirs, in definition order, also of one member or of none.
 *
 * An array or a Set is copied at once. Any other iterable, a generator or an async one, is a stream: it is read while the
 * group is sent, in bounded memory, and once only.
 *
 * A group is sent by the app of its first member. Where that is not known at once, of an empty group or of an async iterable,
 * it is the app that was made last; with several apps in one process say which by `app.signature(group)`.
 *
 * @throws {InvalidOptionError} a member is no signature; of a stream, when it is read
 */
export function group<const H extends Members>(members: H): GroupSignature<Shared<H>, Results<H>> {
  const { node, sender } = readMembers(members, 'members');
  return makeSignature(node, sender);
}

/** A group without its types, and its app as far as it is known yet. */
export interface BoundGroup {
  readonly node: GroupNode;
  readonly sender: Sender | undefined;
}

/**
 * Reads what a group is made of.
 *
 * @param at  how it is called in the error: `members`, `header`
 */
export function readMembers(members: unknown, at: string): BoundGroup {
  if (!isIterable(members))
    throw wrong(at, 'a list of signatures, or another iterable of them', members, remedy(members));
  if (!isInMemory(members)) {
    const read = (value: unknown, index: number): CanvasNode => nodeOf(value, `${at}[${index}]`);
    return { node: groupNode(new MemberSource(members, read)), sender: undefined };
  }
  const parts = Array.from(members, (member, index) => partOf(member, `${at}[${index}]`));
  return { node: groupNode(parts.map(Part.nodeOf)), sender: firstSender(parts) };
}

/** A generator function that nobody has called, a task by itself. */
function remedy(members: unknown): string | undefined {
  if (typeof members !== 'function') return undefined;
  return 's' in members ? 'for a single task write [task.s()]' : 'call it';
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** What is in memory already need not be streamed: arrays, Sets, and the views `values()` of them and of Maps. */
function isInMemory(value: Iterable<unknown> | AsyncIterable<unknown>): value is Iterable<unknown> {
  return (
    Array.isArray(value) ||
    /^\[object (Set|Map|(Array|Set|Map) Iterator)\]$/.test(Object.prototype.toString.call(value))
  );
}
