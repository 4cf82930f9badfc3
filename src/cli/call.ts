import { ConfigurationError } from '../base/errors.ts';
import { waitForResult } from '../client/wait-for-result.ts';
import { escapeForSqs } from '../message/codec.ts';
import { unknownTask } from './unknown-task.ts';
import { type AppOption, knownQueue, type Running, withRunning } from './with-running.ts';

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
  return withRunning(options, async (running) => {
    const { tools } = running;
    const body = escapeForSqs(JSON.stringify({ task, args: args.map(jsonOrText) }));
    const id = await tools.send(queueOf(task, options.queue, running), body);
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

function queueOf(name: string, asked: string | undefined, running: Running): string {
  const queue = asked ?? routedTo(name, running);
  if (running.tasks && !running.tasks.some((task) => task.name === name)) throw unknownTask(name, running.tasks);
  return knownQueue(queue, running);
}

function routedTo(name: string, { tasks }: Running): string {
  if (!tasks) {
    throw new ConfigurationError(
      `where "${name}" goes says the code, which a deployed app does not show; name its queue by --queue, or its code by --app <path>`,
    );
  }
  const task = tasks.find((each) => each.name === name);
  if (!task) throw unknownTask(name, tasks);
  if (task.queue !== undefined) return task.queue;
  throw new ConfigurationError(`the queue of "${name}" depends on its arguments; name one by --queue`);
}
