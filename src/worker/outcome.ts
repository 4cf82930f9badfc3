import type { Json } from '../base/json.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import type { FailureReason } from '../protocol/item.ts';

/** How one attempt, or the task, ended: what user code did, as data. */
export type Outcome =
  | { readonly kind: 'success'; readonly value: Json }
  /** The task goes on as a canvas, under the same id. */
  | { readonly kind: 'replace'; readonly canvas: CanvasJson }
  | { readonly kind: 'retry'; readonly error: TaskError; readonly nextAtMs: number }
  | {
      /** A retry with other arguments, or on another queue. */
      readonly kind: 'move';
      readonly error: TaskError;
      readonly nextAtMs: number;
      readonly args?: readonly Json[];
      readonly queue?: string;
    }
  | {
      readonly kind: 'failure';
      readonly error: TaskError;
      readonly reason: FailureReason;
      /** The task that brought it about, if it is another. */
      readonly cause?: string;
      /** One of the task's `throws`: no fault of the program. */
      readonly expected: boolean;
    }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'revoked'; readonly why: 'revoked' | 'expired' };
