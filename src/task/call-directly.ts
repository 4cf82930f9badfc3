import { InvalidOptionError, Retry } from '../base/errors.ts';
import { assertJson } from '../base/json.ts';
import { parseArguments } from './arguments.ts';
import type { Logger, RetryOptions, TaskContext } from './context.ts';
import { readCustomState } from './custom-state.ts';
import { readRetryRequest } from './retry-request.ts';
import type { TaskSource } from './task-source.ts';

/**
 * Runs a task's body here and now: no queue, no retries, no time limits; arguments are parsed by its schema.
 *
 * @throws {InvalidArgumentsError} the arguments do not fit the schema
 */
export async function callDirectly(source: TaskSource, args: readonly unknown[]): Promise<unknown> {
  const parsed = await parseArguments(source.name, source.schema, args);
  const body = source.body as (...args: readonly unknown[]) => unknown;
  const result = await (source.bind ? body(directContext(source.name, args), ...parsed) : body(...parsed));
  return result === undefined ? null : result;
}

function directContext(task: string, args: readonly unknown[]): TaskContext {
  return Object.freeze({
    request: Object.freeze({
      id: null,
      task,
      args,
      retries: 0,
      root: null,
      parent: null,
      group: null,
      index: null,
      queue: null,
      receiveCount: 0,
      eta: null,
      expires: null,
      deadline: null,
      headers: {},
      calledDirectly: true,
    }),
    signal: new AbortController().signal,
    log: CONSOLE,
    retry: rethrow,
    replace: refuseReplacement,
    updateState: checkState,
  });
}

/** Nothing runs it again: its error goes to the caller, who knows best. */
function rethrow(options: RetryOptions = {}): never {
  readRetryRequest(options, 0);
  throw options.error instanceof Error ? options.error : new Retry(options);
}

/** There is no id under which it could go on. */
function refuseReplacement(): Promise<never> {
  return Promise.reject(
    new InvalidOptionError('self.replace() needs a worker: here the task was called directly; send it by .delay()'),
  );
}

/** There is no item to store it in, but what a worker would refuse is refused here too. */
async function checkState(state: string, meta?: unknown): Promise<void> {
  readCustomState(state);
  if (meta !== undefined) assertJson(meta, 'meta');
}

const CONSOLE: Logger = {
  debug: (message, fields = {}) => console.debug(message, fields),
  info: (message, fields = {}) => console.info(message, fields),
  warn: (message, fields = {}) => console.warn(message, fields),
  error: (message, fields = {}) => console.error(message, fields),
};
