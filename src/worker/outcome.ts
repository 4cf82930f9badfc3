import type { Json } from '../base/json.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { DeadLetterReason } from '../protocol/item.ts';

/** How one attempt, or the task, ended: what user code did, as data. */
export type Outcome =
  | { readonly kind: 'success'; readonly value: Json }
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
      readonly reason: DeadLetterReason;
      /** One of the task's `throws`: no fault of the program. */
      readonly expected: boolean;
    }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'revoked'; readonly why: 'revoked' | 'expired' };
