import { pathId } from '../base/path-ids.ts';
import type { CanvasJson, ChordPolicyJson } from '../canvas/canvas-json.ts';

/**
 * What follows from a task, as its message carries it: data, so that the worker needs no builders.
 *
 * @see docs/protocol.md
 */
export interface Next {
  /** Sent with the task's result. */
  readonly link?: readonly CanvasJson[];
  /** Sent with the task's failure. */
  readonly errbacks?: readonly CanvasJson[];
  /** What remains of the chains that the task is a step of, innermost first. */
  readonly frames?: readonly Frame[];
  /** Where the last of these chains, or the task itself, is a member of a group. */
  readonly slot?: Slot;
}

/** What remains of one chain: the steps from `at` on. */
export interface Frame {
  /** Where the chain's result stands: the id of its last step. */
  readonly id: string;
  /** Step `i` has the id `<path>.<i>`, except for the last. */
  readonly path: string;
  /** The step that comes next. */
  readonly at: number;
  /** Steps of the whole chain. */
  readonly length: number;
  /** The steps from `at` on; absent if they are stored. */
  readonly steps?: readonly CanvasJson[];
  /** Where all steps of the chain but its first are stored, if they are too large to travel. */
  readonly stepsKey?: string;
  /** Of the last step: the chain replaced a task that began under another request. */
  readonly generation?: number;
  /** Of the chain as a whole: sent with its result. */
  readonly link?: readonly CanvasJson[];
  /** Of the chain as a whole: sent with the failure of whichever step fails. */
  readonly errbacks?: readonly CanvasJson[];
}

/** A place in a group, and so in its barrier. */
export interface Slot {
  readonly group: string;
  readonly index: number;
  /** Members of the group; absent where they are still being counted. */
  readonly size?: number;
}

/** What a barrier promises: kept in its head. */
export interface BarrierPromise {
  readonly frames: readonly Frame[];
  readonly slot?: Slot;
  /** How many failures its body bears. */
  readonly onError?: ChordPolicyJson;
}

/** The first argument, by reference: read when the task has been claimed. */
export type Input = GroupInput | ResultInput;

/** The results of a group's members. All of them are checked, whatever is taken. */
export interface GroupInput {
  readonly group: string;
  readonly size: number;
  readonly onError?: ChordPolicyJson;
  /** The list of results; nothing, since the task is immutable; or an empty list, since an empty group stands between. */
  readonly take: 'list' | 'nothing' | 'empty';
}

/** The result of one task that is too large for a message. */
export interface ResultInput {
  readonly result: string;
}

/** One step of a chain that will not run because of what came before it. */
export interface Stage {
  readonly id: string;
  readonly generation: number;
  /** The task whose result it would have had, where that is known. */
  readonly task: string;
}

/** Every stage that depends on what ends now: the remaining steps of all its chains. */
export function stagesOf({ frames = [] }: Pick<Next, 'frames'>): readonly Stage[] {
  return frames.flatMap((frame) =>
    Array.from({ length: frame.length - frame.at }, (_, i) => stageAt(frame, frame.at + i, frame.steps?.[i])),
  );
}

function stageAt({ id, path, length, generation = 0 }: Frame, index: number, step: CanvasJson | undefined): Stage {
  const last = index === length - 1;
  return { id: last ? id : pathId(path, index), generation: last ? generation : 0, task: step ? resultTask(step) : '' };
}

/** Who is told of a failure: those of the task, then those of the chains it is a step of. */
export function errbacksOf({ errbacks = [], frames = [] }: Pick<Next, 'errbacks' | 'frames'>): readonly CanvasJson[] {
  return [...errbacks, ...frames.flatMap((frame) => frame.errbacks ?? [])];
}

/** The built-in task that gives its list: a group's result where it has to stand under one id. */
export const COLLECT = 'celeriac.collect';

/** The task whose result is that of the canvas. */
export function resultTask(node: CanvasJson): string {
  switch (node.kind) {
    case 'chain':
      return resultTask(node.steps[node.steps.length - 1] as CanvasJson);
    case 'chord':
      return resultTask(node.body);
    case 'group':
      return COLLECT;
    default:
      return node.task;
  }
}
