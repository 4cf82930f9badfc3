import { ConfigurationError, UnknownQueueError } from '../base/errors.ts';
import { waitForResult } from '../client/wait-for-result.ts';
import { escapeForSqs } from '../message/codec.ts';
import type { DevState } from './dev-state.ts';
import { unknownTask } from './unknown-task.ts';
import { type AppOption, withDev } from './with-dev.ts';

/** The options of `celeriac call`, as commander gives them. */
export interface CallOptions extends AppOption {
  readonly queue?: string;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/**
 * Sends a task the way anything in AWS may, as the smallest legal body, and prints its id, or with `wait` its result.
 *
 * @throws {ConfigurationError} the app has no such task, or does not say where it goes
 */
export function call(task: string, args: readonly string[], options: CallOptions): Promise<void> {
  return withDev(options, async (tools, state) => {
    const body = escapeForSqs(JSON.stringify({ task, args: args.map(jsonOrText) }));
    const id = await tools.send(queueOf(task, options.queue, state), body);
    if (!options.wait) return console.log(id);
    const value = await waitForResult(tools.ports, id, { timeout: options.timeout });
    console.log(JSON.stringify(value, undefined, 2));
  });
}

/** `42`, `true`, `{"a":1}` are what they say; what is no JSON is a text. */
function jsonOrText(arg: string): unknown {
  try {
    return JSON.parse(arg);
  } catch {
    return arg;
  }
}

function queueOf(name: string, asked: string | undefined, { tasks, queues }: DevState): string {
  const task = tasks.find((each) => each.name === name);
  if (!task) throw unknownTask(name, tasks);
  const queue = asked ?? task.queue;
  if (queue === undefined) {
    throw new ConfigurationError(`the queue of "${name}" depends on its arguments; name one by --queue`);
  }
  if (!queues.includes(queue)) throw new UnknownQueueError(queue, queues);
  return queue;
}
