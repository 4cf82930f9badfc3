import type { Json } from '../base/json.ts';
import type { CanvasJson, GroupJson } from '../canvas/canvas-json.ts';
import type { Message } from './message.ts';
import type { BarrierPromise, Input } from './next.ts';

/** What a canvas comes to, in the order in which it has to happen: what is stored first, then what is sent. */
export type Part =
  | { readonly kind: 'payload'; readonly key: string; readonly text: string }
  /** A payload for people to see: nothing waits for it. */
  | { readonly kind: 'plan'; readonly key: string; readonly text: string }
  | {
      readonly kind: 'head';
      readonly group: string;
      readonly size: number | undefined;
      readonly promise: BarrierPromise | undefined;
      readonly errbacks: readonly CanvasJson[] | undefined;
    }
  | { readonly kind: 'message'; readonly queue: string; readonly delaySeconds: number; readonly message: Message };

/** Where a canvas stands in its workflow. */
export interface Target {
  /** Where its result stands. */
  readonly id: string;
  /** Its inner nodes are named below it; `id` is this, or stands before it. */
  readonly path: string;
  /** Of the task whose result is the canvas's: it goes on under an id that began with another request. */
  readonly generation?: number;
}

/** What the tasks that a canvas begins with are given, before their own arguments. */
export type Given =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'values'; readonly values: readonly Json[] }
  | { readonly kind: 'input'; readonly input: Input };

/** A group whose members come in while it is sent: it is compiled to its head alone. */
export type OpenGroup = GroupJson & { readonly open: true };
