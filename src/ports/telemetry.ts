import type { DeadLetterReason, FailureReason } from '../protocol/item.ts';

/** Something that happened to a task. No arguments and no results: those may be secret. */
export type TaskEvent =
  | (Of<'started'> & { readonly retries: number; readonly waitedMs: number })
  | (Of<'succeeded'> & Took)
  | (Of<'retrying'> & Took & { readonly retries: number; readonly inSeconds: number; readonly error: string })
  | Failed
  | (Of<'revoked'> & { readonly why: 'revoked' | 'expired' })
  | (Of<'ignored'> & Took)
  /** It goes on as a canvas under the same id. */
  | (Of<'replaced'> & Took)
  | (Of<'deferred'> & { readonly why: string; readonly inSeconds: number })
  | (Of<'dropped'> & { readonly why: string })
  | (Of<'settled-again'> & { readonly state: string })
  | (Of<'sent-back'> & { readonly receiveCount: number })
  /** A message was put on the dead-letter queue; perhaps not for the first time, where a crash had come between. */
  | (Of<'dead-lettered'> & { readonly reason: DeadLetterReason })
  /** A body that nobody can read was put on the dead-letter queue. */
  | { readonly kind: 'unreadable'; readonly queue: string; readonly sqsMessageId: string; readonly error: string }
  | {
      readonly kind: 'batch';
      readonly queue: string;
      readonly records: number;
      readonly returned: number;
      readonly tookMs: number;
    };

/** How long the attempt took is absent if it never ran. */
interface Failed extends Of<'failed'>, Partial<Took> {
  readonly reason: FailureReason;
  readonly error: string;
  readonly expected: boolean;
}

interface Of<Kind extends string> {
  readonly kind: Kind;
  readonly queue: string;
  readonly task: string;
  readonly id: string;
}

interface Took {
  readonly tookMs: number;
}

/** One line of a task's own log, or a warning of the worker. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields?: object;
  readonly task?: string;
  readonly id?: string;
}

/** Where events and logs go. Never needed for correctness, and never throws. */
export interface Telemetry {
  event(event: TaskEvent): void;
  log(line: LogLine): void;
  /** Called at the end of a batch: whatever is gathered goes out now. */
  flush(): void;
}
