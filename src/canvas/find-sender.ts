import { UnboundTaskError } from '../base/errors.ts';
import { type CanvasNode, listsIn } from './canvas-node.ts';
import { MemberSource } from './member-source.ts';
import { Part } from './part.ts';
import type { Sender } from './sender.ts';

/**
 * The sender of a canvas none of whose parts had one when it was built.
 *
 * A stream's members are known only when it is read, so the first one of each is read ahead; of an async iterable it cannot
 * be, for a send begins at once or a task's end might overtake it. A canvas in which no task is known then, such as `group([])`,
 * an empty stream or an async one, is sent by the app that was made last in this process.
 *
 * @throws {UnboundTaskError} it has tasks, but no app has bound them; or there is no app at all
 */
export function findSender(node: CanvasNode): Sender {
  const found = senderOrTask(node) ?? lastSender;
  if (typeof found === 'object') return found;
  if (found !== undefined) throw new UnboundTaskError(found, 'bind the signature first: app.signature(json)');
  throw new UnboundTaskError('of a group', 'make an app first: createApp(…)');
}

/** Remembers who sends what names no task. */
export function setLastSender(sender: Sender): void {
  lastSender = sender;
}

let lastSender: Sender | undefined;

/** A sender, else the name of a task that has none, else nothing: no task is known. */
function senderOrTask(node: CanvasNode): Sender | string | undefined {
  let task = 'task' in node ? node.task : undefined;
  for (const list of listsIn(node)) {
    for (const found of list instanceof MemberSource ? [ofFirst(list)] : list.map(senderOrTask)) {
      if (typeof found === 'object') return found;
      task ??= found;
    }
  }
  return task;
}

function ofFirst(source: MemberSource<CanvasNode>): Sender | string | undefined {
  const first = source.firstNow();
  return first instanceof Part ? (Part.senderOf(first) ?? senderOrTask(Part.nodeOf(first))) : undefined;
}
