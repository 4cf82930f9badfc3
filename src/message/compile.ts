import { BarrierMissingError } from '../base/errors.ts';
import { memberId, pathId } from '../base/path-ids.ts';
import type { CanvasJson, ChordPolicyJson, GroupJson, MapJson, TaskJson } from '../canvas/canvas-json.ts';
import type { Given, OpenGroup, Part, Target } from './compile-types.ts';
import { type Launching, messageFor } from './launching.ts';
import { COLLECT, type Frame, type Next, type Slot } from './next.ts';

/** What follows from the canvas's result. `link` and `errbacks` are those of the result itself. */
export type After = Next;

/**
 * Compiles a canvas: what to store and which messages to send, now, and what follows from them.
 *
 * Pure, and deterministic but for copies, keys and times, which `by` gives: a launcher that is repeated sends the same ids.
 * Lazy: of a large group no more is made than is taken.
 */
export function* compile(
  node: CanvasJson,
  target: Target,
  given: Given,
  after: After,
  by: Launching,
): Generator<Part, void, undefined> {
  switch (node.kind) {
    case 'task':
    case 'map':
    case 'starmap':
      yield messageFor(node, target, given, resultOf(node, after), by);
      return;
    case 'chain':
      return yield* compileSteps(node.steps, target, given, resultOf(node, after), by);
    case 'chord': {
      const { header, body, onError } = node;
      return yield* compileSteps([header, body], target, given, resultOf(node, after), by, onError);
    }
    case 'group': {
      if (standsAlone(target, after) || precedesStep(target, after)) {
        return yield* compileGroup(node, target.id, given, after, by);
      }
      const collect: TaskJson = { kind: 'task', task: COLLECT, args: [], options: { queue: firstQueue(node) } };
      return yield* compileSteps([node, collect], target, given, after, by);
    }
  }
}

/**
 * Goes on with what remains of a chain: its next step.
 *
 * @throws {BarrierMissingError} the step is stored, and has not been read into `by.stored`
 */
export function* compileNext(
  frames: readonly Frame[],
  slot: Slot | undefined,
  given: Given,
  by: Launching,
): Generator<Part, void, undefined> {
  const [frame, ...outer] = frames as readonly [Frame, ...Frame[]];
  const { at, path } = frame;
  const step = nextStep(frame, by);
  if (at === frame.length - 1) {
    const { id, generation, link, errbacks } = frame;
    const target = { id, path: pathId(path, at), ...(generation !== undefined ? { generation } : {}) };
    return yield* compile(step, target, given, after(link, errbacks, outer, slot), by);
  }
  const rest = { ...frame, at: at + 1, ...(frame.steps ? { steps: frame.steps.slice(1) } : {}) };
  const id = pathId(path, at);
  yield* compile(step, { id, path: id }, given, after(undefined, undefined, [rest, ...outer], slot), by);
}

function nextStep({ steps, stepsKey = '', at, id }: Frame, { stored }: Launching): CanvasJson {
  const step = steps ? steps[0] : stored.get(stepsKey)?.[at - 1];
  if (step) return step;
  throw new BarrierMissingError(`what was to lead to ${id} is not stored any more: a workflow is kept for a month`);
}

/** One member of a group: its slot follows from it. */
export function compileMember(
  member: CanvasJson,
  group: GroupPlace,
  index: number,
  given: Given,
  by: Launching,
): Generator<Part, void, undefined> {
  const { id, size, errbacks } = group;
  const slot = { group: id, index, ...(size !== undefined ? { size } : {}) };
  const own = memberId(id, index);
  return compile(member, { id: own, path: own }, given, after(undefined, errbacks, [], slot), by);
}

/** A group as its members see it. */
export interface GroupPlace {
  readonly id: string;
  /** Absent while it is being counted. */
  readonly size?: number;
  /** Each member's own, if it fails. */
  readonly errbacks: readonly CanvasJson[] | undefined;
}

/** A chain: its first step now, the rest as a frame; a remainder that is too large to travel is stored. */
function* compileSteps(
  steps: readonly CanvasJson[],
  target: Target,
  given: Given,
  { link, errbacks, frames = [], slot }: After,
  by: Launching,
  onError?: ChordPolicyJson,
): Generator<Part, void, undefined> {
  const first = steps[0] as CanvasJson;
  const firstId = pathId(target.path, 0);
  if (steps.length === 1) {
    const inner = { ...target, path: firstId };
    return yield* compile(first, inner, given, after(link, errbacks, frames, slot), by);
  }
  const { frame, stored } = frameOf(steps, target, after(link, errbacks, [], undefined), by);
  if (stored) yield stored;
  const following = after(undefined, undefined, [frame, ...frames], slot);
  if (onError !== undefined && first.kind === 'group') {
    return yield* compileGroup(first, firstId, given, following, by, onError);
  }
  yield* compile(first, { id: firstId, path: firstId }, given, following, by);
}

/** Larger remainders of a chain are stored once and referred to, instead of travelling with each of its tasks. */
const MAX_INLINE_STEPS = 16_000;

function frameOf(
  steps: readonly CanvasJson[],
  { id, path, generation }: Target,
  { link, errbacks }: After,
  by: Launching,
): { frame: Frame; stored?: Part } {
  const frame = {
    id,
    path,
    at: 1,
    length: steps.length,
    ...(generation !== undefined ? { generation } : {}),
    ...(link ? { link } : {}),
    ...(errbacks ? { errbacks } : {}),
  };
  const rest = steps.slice(1);
  if (isSmall(rest)) return { frame: { ...frame, steps: rest } };
  const text = JSON.stringify(rest);
  if (text.length <= MAX_INLINE_STEPS) return { frame: { ...frame, steps: rest } };
  const key = `steps#${path}#${by.newId()}`;
  by.stored.set(key, rest);
  return { frame: { ...frame, stepsKey: key }, stored: { kind: 'payload', key, text } };
}

/** A few tasks with a few short arguments need no counting. */
function isSmall(steps: readonly CanvasJson[]): boolean {
  return (
    steps.length <= 8 &&
    steps.every(
      (step) =>
        step.kind === 'task' && step.args.length === 0 && !step.link && !step.linkError && !step.options?.headers,
    )
  );
}

/** A group: its head, then its members; or, if it has none, at once what follows from its empty list. */
function* compileGroup(
  node: GroupJson | OpenGroup,
  id: string,
  given: Given,
  { frames = [], slot }: After,
  by: Launching,
  onError?: ChordPolicyJson,
): Generator<Part, void, undefined> {
  const { members, linkError } = node;
  const open = 'open' in node;
  const promise = { frames, ...(slot ? { slot } : {}), ...(onError !== undefined ? { onError } : {}) };
  yield {
    kind: 'head',
    group: id,
    size: open ? undefined : members.length,
    promise: frames.length > 0 ? promise : undefined,
    errbacks: linkError,
  };
  if (open) return;
  if (members.length === 0 && frames.length > 0) {
    return yield* compileNext(frames, slot, emptyList(id, given, onError), by);
  }
  const place = { id, size: members.length, errbacks: linkError };
  for (const [index, member] of members.entries()) yield* compileMember(member, place, index, given, by);
}

/** What an empty group gives. A group before it is still looked at: if that has failed, nothing goes on. */
function emptyList(id: string, given: Given, onError: ChordPolicyJson | undefined): Given {
  if (given.kind === 'input' && 'group' in given.input) {
    return { kind: 'input', input: { ...given.input, take: 'empty' } };
  }
  const input = { group: id, size: 0, take: 'list' as const, ...(onError !== undefined ? { onError } : {}) };
  return { kind: 'input', input };
}

/** Nothing follows from it, and nobody reads it under another id. */
function standsAlone({ id, path }: Target, { link, errbacks, frames = [], slot }: After): boolean {
  return id === path && frames.length === 0 && !slot && !link && !errbacks;
}

/** A step of its chain follows, and reads its members. */
function precedesStep({ id, path }: Target, { link, errbacks, frames = [] }: After): boolean {
  return id === path && frames.length > 0 && !link && !errbacks;
}

/** Where the list of a group is put together: where its first member runs. */
function firstQueue({ members }: GroupJson): string {
  const [first] = members;
  return first ? queueOf(first) : 'default';
}

function queueOf(node: CanvasJson): string {
  switch (node.kind) {
    case 'chain':
      return queueOf(node.steps[0] as CanvasJson);
    case 'chord':
      return node.header.members.length > 0 ? firstQueue(node.header) : queueOf(node.body);
    case 'group':
      return firstQueue(node);
    default:
      return node.options?.queue ?? 'default';
  }
}

/** The links and errbacks of a node before those that come to it from outside. */
function resultOf(node: Exclude<CanvasJson, GroupJson> | TaskJson | MapJson, outer: After): After {
  const { link = [], linkError = [] } = node;
  if (link.length === 0 && linkError.length === 0) return outer;
  return after([...link, ...(outer.link ?? [])], [...linkError, ...(outer.errbacks ?? [])], outer.frames, outer.slot);
}

/** Leaves out what is empty. */
function after(
  link: readonly CanvasJson[] | undefined,
  errbacks: readonly CanvasJson[] | undefined,
  frames: readonly Frame[] | undefined,
  slot: Slot | undefined,
): After {
  return {
    ...(link && link.length > 0 ? { link } : {}),
    ...(errbacks && errbacks.length > 0 ? { errbacks } : {}),
    ...(frames && frames.length > 0 ? { frames } : {}),
    ...(slot ? { slot } : {}),
  };
}
