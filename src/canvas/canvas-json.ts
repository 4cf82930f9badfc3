import type { Json } from '../base/json.ts';
import type { CallOptionsJson } from './call-options-json.ts';

/**
 * A canvas as plain data: what to run, in which order, with which options. No ids, no queues: those come when it is sent.
 *
 * Frozen; `toJSON` of a signature gives it, `signatureFrom` reads it.
 */
export type CanvasJson = TaskJson | MapJson | ChainJson | GroupJson | ChordJson;

/** What can stand on any node. */
export interface Attached {
  /** Reach every node below that does not say otherwise; `countdown` and `eta` only those that the canvas begins with. */
  readonly options?: CallOptionsJson;
  /** Sent with the node's result, once it has one. Never on a group. */
  readonly link?: readonly CanvasJson[];
  /** Sent with the failure: once where the node's own result fails; of a group, once for each member that fails. */
  readonly linkError?: readonly CanvasJson[];
}

/** One task: the arguments bound so far are the last ones. */
export interface TaskJson extends Attached {
  readonly kind: 'task';
  readonly task: string;
  readonly args: readonly Json[];
  /** Takes nothing from a predecessor, and no further arguments. */
  readonly immutable?: true;
  /** Sent by name: its code need not be in this app. */
  readonly elsewhere?: true;
}

/** One message that calls the task for each item, one after the other; takes nothing from a predecessor. */
export interface MapJson extends Attached {
  readonly kind: 'map' | 'starmap';
  readonly task: string;
  /** `map`: first arguments. `starmap`: lists of arguments. */
  readonly items: readonly Json[];
  readonly elsewhere?: true;
}

/** One after the other, each with its predecessor's result as first argument. At least one step. */
export interface ChainJson extends Attached {
  readonly kind: 'chain';
  readonly steps: readonly CanvasJson[];
}

/** Side by side; the result is the list of theirs, in this order. */
export interface GroupJson extends Attached {
  readonly kind: 'group';
  readonly members: readonly CanvasJson[];
}

/** The header side by side and then, once, the body with the list of their results. */
export interface ChordJson extends Attached {
  readonly kind: 'chord';
  readonly header: GroupJson;
  readonly body: CanvasJson;
  /** Absent: one failure fails the chord. Otherwise the body gets a list of `Settled`. */
  readonly onError?: ChordPolicyJson;
}

/** How many failures of a header its body bears. */
export type ChordPolicyJson = 'settle' | { readonly atLeast: number } | { readonly maxFailures: number };
