import { UnboundTaskError } from '../base/errors.ts';
import { type CanvasNode, listsIn } from './canvas-node.ts';
import { MemberSource } from './member-source.ts';
import { Part } from './part.ts';
import type { Sender } from './sender.ts';

/**
 * The sender of a canvas none of whose parts had one when it was built.
 *
 * A stream's members are known only when it is read, so the first one of each is read ahead. A canvas without any task, such
 * as `group([])` or an empty stream, is anybody's: the app that was made last in this process takes it.
 *
 * @throws {UnboundTaskError} it has tasks, but no app has bound them; or there is no app at all
 */
export async function findSender(node: CanvasNode): Promise<Sender> {
  const found = await inside(node);
  if (typeof found === 'object') return found;
  if (found === undefined && lastSender) return lastSender;
  if (found === undefined) throw new UnboundTaskError('of an empty group', 'make an app first: createApp(…)');
  throw new UnboundTaskError(found, 'bind the signature first: app.signature(json)');
}

/** Remembers who sends what names no task. */
export function setLastSender(sender: Sender): void {
  lastSender = sender;
}

let lastSender: Sender | undefined;

/** A sender, else the name of a task that has none, else nothing: there is no task. */
async function inside(node: CanvasNode): Promise<Sender | string | undefined> {
  let task = 'task' in node ? node.task : undefined;
  for (const list of listsIn(node)) {
    for (const found of list instanceof MemberSource
      ? [await insideFirst(list)]
      : await Promise.all(list.map(inside))) {
      if (typeof found === 'object') return found;
      task ??= found;
    }
  }
  return task;
}

async function insideFirst(source: MemberSource<CanvasNode>): Promise<Sender | string | undefined> {
  const first = await source.first();
  return first instanceof Part ? (Part.senderOf(first) ?? inside(Part.nodeOf(first))) : undefined;
}
