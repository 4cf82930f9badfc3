import { lostQueueOf } from '../ports/queue-names.ts';

/** Where the queues and the table of a running app are: on AWS, or on this machine. */
export interface Place {
  /** Everything of a queue's URL before its own name. */
  readonly queuePrefix: string;
  /** Whole URLs of queues with names of their own. @default none */
  readonly queueUrls?: Readonly<Record<string, string>>;
  /** The table's name. */
  readonly table: string;
}

/** The URL of a queue; also of a lost or dead-letter queue, by its name. */
export function queueUrlIn({ queuePrefix, queueUrls = {} }: Place, queue: string): string {
  return queueUrls[queue] ?? queuePrefix + queue;
}

/** The end of a URL, which is a queue's name as SQS knows it. */
export function lastPartOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/**
 * The work queues of an app among the names of all queues that begin as its own do: those with a lost queue.
 *
 * Another app may begin so as well: `digest-eu-default` is a queue of the app `digest-eu`, not the queue `eu-default` of
 * `digest`. An app always has a queue `default`, which tells it.
 *
 * @param physicalPrefix  what its queues' names begin with: `digest-`
 * @param physicalNames  as SQS has them
 * @returns the app's own names, `default` first
 */
export function queuesAmong(physicalNames: readonly string[], physicalPrefix: string): readonly string[] {
  const names = physicalNames
    .filter((name) => name.startsWith(physicalPrefix))
    .map((name) => name.slice(physicalPrefix.length));
  const otherApps = names
    .filter((name) => name.endsWith(`-${DEFAULT_LOST}`))
    .map((name) => name.slice(0, -DEFAULT_LOST.length));
  const own = names.filter((name) => name.endsWith(LOST) && !otherApps.some((start) => name.startsWith(start)));
  return defaultFirst(own.map((name) => name.slice(0, -LOST.length)));
}

/** In the order in which people look for them. */
export function defaultFirst(queues: readonly string[]): readonly string[] {
  return [...queues].sort((a, b) => Number(b === DEFAULT) - Number(a === DEFAULT) || (a < b ? -1 : 1));
}

const DEFAULT = 'default';
const LOST = lostQueueOf('');
const DEFAULT_LOST = lostQueueOf(DEFAULT);
