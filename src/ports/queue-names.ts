/** The queue to which SQS gives what was received too often; read by the lost function. */
export function lostQueueOf(queue: string): string {
  return `${queue}-lost`;
}

/** The queue of the dead letters, for people. */
export function deadLetterQueueOf(queue: string): string {
  return `${queue}-dlq`;
}

/** The work queue that a lost or dead-letter queue belongs to; the name itself otherwise. */
export function workQueueOf(queue: string): string {
  return queue.replace(/-(lost|dlq)$/, '');
}

/** Finds the app's name of a queue: on AWS it is called `<prefix><queue>`, or anything if it was there before. */
export interface PhysicalNames {
  readonly physicalPrefix: string;
  /** The app's names of queues that are not called so, by the name that SQS has for them. @default none */
  readonly otherNames?: ReadonlyMap<string, string>;
}

/** The app's name of a queue, by the name that SQS has for it. */
export function ownNameOf(physicalName: string, { physicalPrefix, otherNames }: PhysicalNames): string {
  const other = otherNames?.get(physicalName);
  if (other !== undefined) return other;
  return physicalName.startsWith(physicalPrefix) ? physicalName.slice(physicalPrefix.length) : physicalName;
}

/** Where queues are: most by their name behind one prefix, some by a URL of their own. */
export interface QueueUrls {
  /** Everything of a queue's URL before its own name. */
  readonly queuePrefix: string;
  /** Whole URLs of queues with names of their own. @default none */
  readonly queueUrls?: Readonly<Record<string, string>>;
}

/** The URL of a queue; also of a lost or dead-letter queue, by its name. */
export function queueUrlIn({ queuePrefix, queueUrls = {} }: QueueUrls, queue: string): string {
  return (Object.hasOwn(queueUrls, queue) && queueUrls[queue]) || queuePrefix + queue;
}

/** The end of a URL, which is a queue's name as SQS knows it. */
export function lastPartOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
