import { InvalidOptionError, NotBuiltError } from '../base/errors.ts';
import { isPlainObject } from '../base/json.ts';
import { SQS_MAX_BATCH, SQS_MAX_QUEUE_NAME } from '../base/limits.ts';
import { readWhole, wrong } from '../base/option-readers.ts';
import type { Problems } from '../base/problems.ts';
import type { QueueOptions } from './app-core.ts';

/** The queue of everything that no call, task or route sends elsewhere. */
export const DEFAULT_QUEUE = 'default';

/** Characters of a queue's own name. */
const MAX_NAME = 40;

/** Characters of an app's name: on AWS a queue is called `<app>-<queue>-lost`. */
export const MAX_APP_NAME: number = SQS_MAX_QUEUE_NAME - MAX_NAME - '--lost'.length;

/**
 * Reads the queues that an app declares; `default` is added where it is missing.
 *
 * @throws {NotBuiltError} a queue has an option without effect yet
 */
export function readQueues(queues: unknown, problems: Problems): ReadonlyMap<string, QueueOptions> {
  if (queues !== undefined && !isPlainObject(queues)) {
    problems.add(wrong('queues', 'an object of queues by name', queues).message);
    return new Map([[DEFAULT_QUEUE, {}]]);
  }
  const given: Record<string, unknown> = { [DEFAULT_QUEUE]: {}, ...queues };
  for (const [name, options] of Object.entries(given)) checkQueue(name, options, problems);
  return new Map(Object.entries(given) as [string, QueueOptions][]);
}

function checkQueue(name: string, options: unknown, problems: Problems): void {
  problems.attempt(() => checkName(name));
  if (!isPlainObject(options)) {
    problems.add(wrong(`queues.${name}`, 'an object of options, {} for none', options).message);
    return;
  }
  if (options.fifo !== undefined) throw new NotBuiltError(`\`fifo\` of queue "${name}"`, 'use a standard queue');
  problems.unknownNames(options, Object.keys(READERS), `option of queue "${name}":`);
  for (const [option, read] of Object.entries(READERS)) {
    if (options[option] !== undefined) problems.attempt(() => read(options[option], `queues.${name}.${option}`));
  }
}

/** `-lost` and `-dlq` are the endings of the queues that stand behind each queue. */
function checkName(name: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name) || name.length > MAX_NAME) {
    throw wrong('queues', `names of 1 to ${MAX_NAME} letters, digits, - or _`, name);
  }
  if (/-(lost|dlq)$/.test(name)) throw new InvalidOptionError(`queue "${name}" must not end with -lost or -dlq`);
}

const READERS = {
  maxConcurrency: readWhole(2, 1_000),
  batchSize: readWhole(1, SQS_MAX_BATCH),
  batchConcurrency: readWhole(1, SQS_MAX_BATCH),
};
