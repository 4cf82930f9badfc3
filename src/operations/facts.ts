import type { Mapping } from './lambda-api.ts';
import type { Place } from './place.ts';

/** Something that was looked at, or why it could not be. */
export type Fact<T> = { readonly seen: T } | { readonly unseen: string };

/** A queue of SQS. */
export interface QueueFacts {
  /** As SQS calls it. */
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  /** Where SQS gives what was received too often. */
  readonly redrive?: { readonly to: string; readonly maxReceiveCount: number };
  /** Visible, in flight and delayed. */
  readonly messages: number;
}

/** A function. */
export interface FunctionFacts {
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Why it cannot be invoked; absent if it can. */
  readonly trouble?: string;
  /** `Allow` or `Terminate`. */
  readonly recursiveLoop: Fact<string>;
}

/** The table. */
export interface TableFacts {
  readonly name: string;
  readonly status: string;
  /** Attribute and type of the partition key, then of the sort key: `pk S`. */
  readonly keys: readonly string[];
  /** The attribute by which items are deleted; absent if none are. */
  readonly ttl: Fact<string | undefined>;
}

/** One queue of the app with all that belongs to it; `undefined` is what does not exist. */
export interface AppQueueFacts {
  /** As the app calls it. */
  readonly name: string;
  readonly work: Fact<QueueFacts | undefined>;
  readonly lost: Fact<QueueFacts | undefined>;
  readonly dlq: Fact<QueueFacts | undefined>;
  /** Of the work queue. */
  readonly mappings: Fact<readonly Mapping[]>;
  readonly lostMappings: Fact<readonly Mapping[]>;
  /** The function of the first mapping. */
  readonly worker: Fact<FunctionFacts | undefined>;
}

/** A queue that is deployed and that the code does not have. */
export interface LeftOver {
  /** As the app called it. */
  readonly name: string;
  readonly messages: number;
  readonly deadLetters: number;
  /** A function receives its messages. */
  readonly isMapped: boolean;
}

/** What stands on AWS of an app. */
export interface AppFacts {
  readonly prefix: string;
  readonly region: string;
  /** As the variables of its functions have it; absent if there is no function that has them. */
  readonly place: Fact<Place | undefined>;
  readonly queues: readonly AppQueueFacts[];
  /** The function of the lost queues. */
  readonly lost: Fact<FunctionFacts | undefined>;
  readonly table: Fact<TableFacts | undefined>;
  /** Since when each paused queue is, in milliseconds since 1970. */
  readonly paused: Fact<ReadonlyMap<string, number>>;
  readonly leftOvers: Fact<readonly LeftOver[]>;
}
