import type { Duration } from '../base/durations.ts';

/** What goes wrong in a test, and how often. */
export interface Faults {
  /** By task name: the first attempts of each such task throw instead of running the body. */
  readonly fail?: Readonly<Record<string, Failing>>;
  /** A worker's process dies; what it had not acknowledged comes back after the visibility timeout. */
  readonly crash?: OneOrMore<Crash & Often>;
  /** A task, or a call to AWS, takes long. */
  readonly slow?: OneOrMore<Slow & Often>;
  /** A call to AWS fails, as when DynamoDB throttles. */
  readonly refuse?: OneOrMore<{ readonly call: Call | 'read' } & Often>;
  /** What is received is delivered twice, both times as if for the first time. */
  readonly duplicate?: Often;
  /** The youngest message of a queue is delivered first, alone; by chance, calls that run side by side change places too. */
  readonly reorder?: Often;
  /** Lambda has no room: what was received comes back after the visibility timeout. */
  readonly throttle?: Often;
}

/** The attempts of a task that fail. */
export interface Failing {
  /** How many: 1 is the first attempt. A redriven task is not meant any more. */
  readonly attempts: number;
  /** What they throw, or a function that makes it. */
  readonly error: Error | (() => Error);
  /** Picks by the arguments; without it every task of the name fails. */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of a task that is named by a text
  readonly when?: (...args: any[]) => boolean;
}

/** How often something goes wrong: the first chances that there are, or by chance, drawn from the seed. */
export type Often =
  | { readonly times: number }
  | {
      /** 0 to 1. */
      readonly probability: number;
      /** @default 20 */
      readonly atMost?: number;
    };

/** Around which step of a worker its process dies, or the body of which task it does not survive. */
export type Crash =
  | { readonly before: Call | 'acknowledge' }
  | { readonly after: Call }
  | {
      /** A task's name. */
      readonly during: string;
    };

/** What takes long. A call takes 20 seconds; the body of a task begins so much later, within its time limits. */
export type Slow =
  | { readonly call: Call }
  | {
      /** A task's name. */
      readonly task: string;
      readonly by: Duration;
    };

/**
 * What a worker asks of AWS: `claim` a task that may have been delivered before, `store` how an attempt ended, `send` a message,
 * `arrive` at a group.
 */
export type Call = 'claim' | 'store' | 'send' | 'arrive';

/** One, or a list of them. */
export type OneOrMore<T> = T | readonly T[];
