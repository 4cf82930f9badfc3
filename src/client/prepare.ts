import { InvalidOptionError, TooLargeError, UnknownTaskError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { type CallOptionsJson, mergeCallOptions } from '../canvas/call-options-json.ts';
import type { CanvasJson, ChainJson, ChordJson, GroupJson, MapJson, TaskJson } from '../canvas/canvas-json.ts';
import { withOptions } from '../canvas/with-options.ts';
import { readCall } from '../message/call.ts';
import { escapeForSqs, MAX_BODY_BYTES } from '../message/codec.ts';
import type { AppCore } from '../task/app-core.ts';
import { parseArguments } from '../task/arguments.ts';
import type { TaskDefinition } from '../task/definition.ts';

/** What a canvas is prepared with. */
export interface Preparing {
  readonly core: AppCore;
  readonly nowMs: number;
  /** Arguments that are given to what the canvas begins with. */
  readonly given: readonly Json[];
  /** Argument lists that are complete, for a check that may have to wait. */
  readonly complete: Complete[];
}

/** All arguments of one call of a task that has a schema. */
export interface Complete {
  readonly definition: TaskDefinition;
  readonly args: readonly Json[];
}

/** How a part lies in its canvas. */
interface Place {
  /** The canvas begins with it: it gets what the canvas is given. */
  readonly begins: boolean;
  /** It is what is sent itself, and may have an id of the caller's. */
  readonly whole: boolean;
}

/**
 * Settles everything that the worker need not know: options go down to the tasks that they are for, and each task gets its
 * queue and its expiry. What remains runs anywhere, also where no code of the app is.
 *
 * @throws {InvalidOptionError} an option has a wrong value for its task, or a part has a `taskId`
 * @throws {UnknownQueueError} the app declares no such queue
 * @throws {UnknownTaskError} the app has tasks, and not this one
 */
export function prepare(node: CanvasJson, by: Preparing): CanvasJson {
  return part(node, by, { begins: true, whole: true });
}

/** Checks every argument list that is complete already. @throws {InvalidArgumentsError} one does not fit its task's schema */
export async function checkArguments({ complete }: Preparing): Promise<void> {
  for (const { definition, args } of complete) await parseArguments(definition.name, definition.schema, args);
}

function part(node: CanvasJson, by: Preparing, place: Place): CanvasJson {
  if (!place.whole && node.options?.taskId !== undefined) throw noPlaceForId(node.options.taskId);
  if ('task' in node) return task(node, by, place);
  const { options = NONE, ...bare } = node;
  return { ...contentOf(bare, options, by, place.begins), ...beside(node, by) };
}

function contentOf(
  node: Omit<ChainJson, 'options'> | Omit<GroupJson, 'options'> | Omit<ChordJson, 'options'>,
  options: CallOptionsJson,
  by: Preparing,
  begins: boolean,
): CanvasJson {
  const inner = (child: CanvasJson, first: boolean) =>
    part(withOptions(child, options, first), by, { begins: begins && first, whole: false });
  switch (node.kind) {
    case 'chain':
      return { ...node, steps: node.steps.map((step, i) => inner(step, i === 0)) };
    case 'group':
      return { ...node, members: node.members.map((member) => inner(member, true)) };
    case 'chord':
      return { ...node, header: inner(node.header, true) as GroupJson, body: inner(node.body, false) };
  }
}

function task(node: TaskJson | MapJson, by: Preparing, { begins, whole }: Place): CanvasJson {
  const { core, nowMs } = by;
  const definition = core.registry.get(node.task);
  if (!definition && !whole && !node.elsewhere && core.registry.size > 0) throw unknownTask(node.task, core);
  const own = node.options ?? NONE;
  readCall(own, definition?.policy, nowMs);
  const args = argumentsOf(node, begins ? by.given : NO_ARGS);
  if (!whole) checkSize(node.task, args); // by itself it is one message, which says so before it is sent
  if (definition?.schema) noteComplete(node, args, definition, by, begins);
  const options: CallOptionsJson = {
    ...own,
    queue: core.resolveQueue(node.task, args, own.queue),
    ...(own.expires === undefined && definition?.policy.expiresMs !== undefined
      ? { expires: `${definition.policy.expiresMs}ms` as const }
      : {}),
  };
  return { ...node, options, ...beside(node, by) };
}

function argumentsOf(node: TaskJson | MapJson, given: readonly Json[]): readonly Json[] {
  if (node.kind !== 'task') return [node.items];
  return node.immutable || given.length === 0 ? node.args : [...given, ...node.args];
}

function noteComplete(
  node: TaskJson | MapJson,
  args: readonly Json[],
  definition: TaskDefinition,
  { complete }: Preparing,
  begins: boolean,
): void {
  if (node.kind === 'task') {
    if (begins || node.immutable) complete.push({ definition, args });
  } else {
    for (const item of node.items) {
      complete.push({ definition, args: node.kind === 'map' ? [item] : (item as readonly Json[]) });
    }
  }
}

/** Links and errbacks are canvases of their own: they inherit nothing, and their first argument is still to come. */
function beside({ link, linkError }: Pick<CanvasJson, 'link' | 'linkError'>, by: Preparing) {
  checkBeside(link, linkError);
  const all = (list: readonly CanvasJson[]) => list.map((node) => part(node, by, { begins: false, whole: false }));
  return { ...(link ? { link: all(link) } : {}), ...(linkError ? { linkError: all(linkError) } : {}) };
}

/** Links and errbacks travel with every task of their canvas, and stand in the head of every group in it. */
const MAX_BESIDE = 16_000;

function checkBeside(...lists: readonly (readonly CanvasJson[] | undefined)[]): void {
  for (const list of lists) {
    const size = list && list.length > 0 ? JSON.stringify(list).length : 0;
    if (size <= MAX_BESIDE) continue;
    throw new TooLargeError(
      `links or errbacks of one node have ${size} characters, ${MAX_BESIDE} are allowed; store the data elsewhere and send its key`,
    );
  }
}

/** Larger arguments are measured, so that a canvas is not half sent when one of its parts turns out to be too large. */
const SURELY_SMALL = 100_000;
/** Kept free for what else a message of a canvas holds. */
const MAX_ARGUMENTS = MAX_BODY_BYTES - 2 * SURELY_SMALL;

function checkSize(task: string, args: readonly Json[]): void {
  if (roughSize(args, SURELY_SMALL) <= SURELY_SMALL) return;
  const bytes = Buffer.byteLength(escapeForSqs(JSON.stringify(args)));
  if (bytes <= MAX_ARGUMENTS) return;
  throw new TooLargeError(
    `the arguments of "${task}" have ${bytes} bytes, ${MAX_ARGUMENTS} are allowed; store the data elsewhere (S3, a table) and send its key`,
  );
}

/** At least a sixth of a JSON text's length; stops counting beyond `enough`. */
function roughSize(value: Json, enough: number): number {
  if (typeof value === 'string') return value.length * 6;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 2;
  for (const [key, child] of Object.entries(value)) {
    size += key.length * 6 + roughSize(child, enough - size);
    if (size > enough) break;
  }
  return size;
}

/** A member of a streamed group, as it comes in. */
export function prepareMember(member: CanvasJson, inherited: CallOptionsJson, by: Preparing): CanvasJson {
  return part(withOptions(member, inherited, true), by, { begins: true, whole: false });
}

/** The options of the canvas that is sent, with those of the call over them. */
export function withCallOptions(node: CanvasJson, call: CallOptionsJson): CanvasJson {
  if (Object.keys(call).length === 0) return node;
  return { ...node, options: mergeCallOptions(node.options ?? NONE, call) };
}

const NONE: CallOptionsJson = Object.freeze({});
const NO_ARGS: readonly Json[] = Object.freeze([]);

function noPlaceForId(taskId: string): InvalidOptionError {
  return new InvalidOptionError(
    `\`taskId\` is for what is sent itself, got "${taskId}" inside a canvas; its parts are named after it`,
  );
}

function unknownTask(name: string, { registry }: AppCore): UnknownTaskError {
  const known = [...registry.keys()].slice(0, 10).map((other) => `"${other}"`);
  return new UnknownTaskError(
    `the app has no task "${name}", it has ${known.join(', ')}; include it, or name it by app.signature("${name}") if its code is elsewhere`,
  );
}
