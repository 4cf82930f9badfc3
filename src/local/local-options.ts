import type { LocalLog, LocalTaskEvent, PlatformEvent } from './local-events.ts';
import type { ServersOptions } from './servers.ts';

/** The times of one queue; what is absent is as for all. */
export interface QueueTimes {
  readonly functionTimeoutSeconds?: number;
  readonly visibilitySeconds?: number;
}

/** How an app runs on this machine. */
export interface LocalOptions {
  /** Invocations of a queue that run at the same time; a queue's own `maxConcurrency` still limits it. @default 2 */
  readonly concurrency?: number;
  /** An invocation that takes longer is killed. @default as deployed: the longest time limit of the tasks + 10, at least 60 */
  readonly functionTimeoutSeconds?: number;
  /**
   * When messages of an invocation that failed as a whole come back. AWS refuses less than the function's timeout; here it means
   * that a message may run twice at a time. @default function timeout + 60, as deployed
   */
  readonly visibilitySeconds?: number;
  /** Where a queue differs: its messages are then run by a function of their own. */
  readonly queues?: Readonly<Record<string, QueueTimes>>;
  /** Stops functions between invocations, as Lambda does. @default true, but not on Windows */
  readonly freeze?: boolean;
  /** Variables for the tasks, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lets the AWS settings of this process reach the tasks, and does not refuse endpoints elsewhere. @default false */
  readonly allowAws?: boolean;
  /** @default free ones */
  readonly ports?: NonNullable<ServersOptions['ports']>;
  /** Takes what happens to tasks. */
  readonly onEvent?: (event: LocalTaskEvent) => void;
  /** Takes what tasks print and log. */
  readonly onLog?: (line: LocalLog) => void;
  /** Takes what happens to the functions themselves. */
  readonly onPlatform?: (event: PlatformEvent) => void;
  /** Called when an embedded server ends that nobody stopped: its queues or results are gone. */
  readonly onServerDied?: (service: string) => void;
}
