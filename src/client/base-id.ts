import { InvalidOptionError } from '../base/errors.ts';
import { childId, newId } from '../base/ids.ts';
import type { Json } from '../base/json.ts';
import { MAX_PATH_LENGTH } from '../base/path-ids.ts';
import type { CallOptionsJson } from '../canvas/call-options-json.ts';
import type { CanvasNode } from '../canvas/canvas-node.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskScope } from './scope.ts';

/**
 * The id under which a canvas is sent: the caller's own, or a new one; inside a task one that a redelivered task gives it again.
 *
 * @param options  the call's over the canvas's own
 */
export function baseIdOf(
  node: CanvasNode,
  args: readonly Json[],
  options: CallOptionsJson,
  { clock, random }: Ports,
  scope: TaskScope | undefined,
): string {
  if (options.taskId !== undefined) return checkedId(node, options.taskId);
  return scope ? childIdOf(callText(node, args, options), scope) : newId(clock.now(), random);
}

/** The parts of a canvas are named after it. @throws {InvalidOptionError} it leaves no room for that */
function checkedId({ kind }: CanvasNode, taskId: string): string {
  if (kind === 'task' || taskId.length <= MAX_PATH_LENGTH) return taskId;
  throw new InvalidOptionError(
    `\`taskId\` of a ${kind} must be at most ${MAX_PATH_LENGTH} characters, got ${taskId.length}: its parts are named after it`,
  );
}

/**
 * Equal calls are told apart by their number, all others by what they say, never by their order: `Promise.all` changes that.
 * A stream says nothing beforehand: two canvases that differ only in their streams count as equal.
 */
function childIdOf(call: string, scope: TaskScope): string {
  const number = scope.calls.get(call) ?? 0;
  scope.calls.set(call, number + 1);
  const { id, generation, round } = scope.message;
  return childId({ id, attempt: scope.attempt, generation, round }, `${number} ${call}`);
}

/**
 * The queue does not count: a call that is routed elsewhere by a new deployment is the same call. A moment that the task
 * derives from the clock does, so a redelivered parent sends such a child twice; `countdown` is the same each time.
 */
function callText({ options: _own, ...node }: CanvasNode, args: readonly Json[], options: CallOptionsJson): string {
  const { queue: _queue, ...rest } = options;
  return JSON.stringify([node, args, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
