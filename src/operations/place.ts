import { lostQueueOf, type QueueUrls } from '../ports/queue-names.ts';

/** Where the queues and the table of a running app are: on AWS, or on this machine. */
export interface Place extends QueueUrls {
  /** The table's name. */
  readonly table: string;
}

/**
 * The work queues whose lost queues are among some, by the app's own names of them, `default` first.
 *
 * @param physicalNames  as SQS has them
 * @param physicalPrefix  what those of the app begin with: `digest-`
 */
export function queuesOf(physicalNames: readonly string[], physicalPrefix: string): readonly string[] {
  const lost = physicalNames.filter((name) => name.startsWith(physicalPrefix) && name.endsWith(LOST));
  const queues = lost.map((name) => name.slice(physicalPrefix.length, -LOST.length));
  return defaultFirst(queues.filter((queue) => queue !== '')); // `digest-eu-lost` is none of `digest-eu-`
}

/**
 * The same among the queues of a whole account, where names alone have to tell.
 *
 * Another app may begin so as well: `digest-eu-default` is a queue of the app `digest-eu`, not the queue `eu-default` of
 * `digest`. Every app has a queue `default`, which tells it.
 */
export function queuesAmong(physicalNames: readonly string[], physicalPrefix: string): readonly string[] {
  const queues = queuesOf(physicalNames, physicalPrefix);
  const others = queues
    .filter((queue) => queue.endsWith(`-${DEFAULT}`))
    .map((queue) => queue.slice(0, -DEFAULT.length));
  return queues.filter((queue) => !others.some((start) => queue.startsWith(start)));
}

function defaultFirst(queues: readonly string[]): readonly string[] {
  return [...queues].sort((a, b) => Number(b === DEFAULT) - Number(a === DEFAULT) || (a < b ? -1 : 1));
}

const DEFAULT = 'default';
const LOST = lostQueueOf('');
