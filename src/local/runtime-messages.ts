import type { SqsEvent } from '../ports/sqs-event.ts';

/** One invocation, as the environment's runtime gets it. */
export interface ToRuntime {
  readonly event: SqsEvent;
  readonly deadlineMs: number;
  readonly requestId: string;
}

/** What the runtime says: once that it is loaded or why not, then one answer an invocation. */
export type FromRuntime =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-error'; readonly error: string }
  | {
      readonly kind: 'answer';
      readonly response?: unknown;
      /** The handler threw. */
      readonly error?: string;
      /** Largest memory so far of the process. */
      readonly peakBytes: number;
    };
