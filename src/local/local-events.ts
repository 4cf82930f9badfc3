import type { TaskEvent } from '../ports/telemetry.ts';

/** Something that happened to a task, and when. */
export type LocalTaskEvent = TaskEvent & { readonly time: string };

/** What a function printed: a task's own log line, or anything else on its stdout or stderr. */
export interface LocalLog {
  /** `<function>#<number>`: which environment. */
  readonly environment: string;
  readonly message: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly task?: string;
  readonly id?: string;
  readonly fields?: object;
}

/** What happened to the functions themselves: what CloudWatch would show for Lambda. */
export type PlatformEvent =
  | { readonly kind: 'environment-started'; readonly environment: string; readonly pid: number }
  | { readonly kind: 'environment-ended'; readonly environment: string; readonly pid: number; readonly why: string }
  /** The handler threw, timed out, died or did not load: the whole batch comes back after its visibility timeout. */
  | FunctionError
  /** The answer was no batch response: the whole batch comes back as well. */
  | { readonly kind: 'malformed-response'; readonly queue: string; readonly records: number; readonly response: string }
  | { readonly kind: 'throttled'; readonly queue: string; readonly records: number }
  /** The queue did not answer the poller. */
  | { readonly kind: 'poll-failed'; readonly queue: string; readonly error: string };

/** One invocation that failed as a whole. */
export interface FunctionError {
  readonly kind: 'function-error';
  readonly queue: string;
  readonly records: number;
  readonly error: string;
}
