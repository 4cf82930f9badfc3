import { ConfigurationError, UnknownQueueError } from '../base/errors.ts';
import type { DeadLetter } from '../local/dead-letters.ts';
import type { QueueTools } from '../local/queue-tools.ts';
import type { DevState } from './dev-state.ts';
import { columns } from './style.ts';
import { type AppOption, withDev } from './with-dev.ts';

/** The options of the `celeriac dlq` commands, as commander gives them. */
export interface DlqOptions extends AppOption {
  /** @default every queue */
  readonly queue?: string;
}

/** Prints every dead letter with its reason. */
export function listDlq(options: DlqOptions): Promise<void> {
  return withDev(options, async (tools, state) => {
    const letters = await lettersOf(tools, queuesOf(state, options));
    if (letters.length === 0) return console.log('no dead letters');
    const rows = letters.map(({ queue, attributes, ...letter }) => [
      idOf({ attributes, ...letter }),
      queue,
      attributes.task ?? '',
      attributes.reason ?? '',
      attributes.errorMessage ?? '',
    ]);
    console.log(columns([['id', 'queue', 'task', 'reason', 'error'], ...rows]));
  });
}

/** Prints one dead letter: when, why, and its message. @throws {ConfigurationError} there is none of that id */
export function showDlq(id: string, options: DlqOptions): Promise<void> {
  return withDev(options, async (tools, state) => {
    const letters = (await lettersOf(tools, queuesOf(state, options))).filter((letter) => idOf(letter) === id);
    if (letters.length === 0) throw noneOf(id);
    for (const { queue, sentAtMs, attributes, body } of letters) {
      const rows = Object.entries({ queue, sent: new Date(sentAtMs).toISOString(), ...attributes });
      console.log(`${columns(rows)}\n\n${pretty(body)}`);
    }
  });
}

/**
 * Moves dead letters back to their queue, where they run again.
 *
 * @throws {ConfigurationError} neither ids nor `all` are given, or there is no dead letter of an id
 */
export function redriveDlq(ids: readonly string[], options: DlqOptions & { readonly all?: boolean }): Promise<void> {
  if (ids.length === 0 && !options.all) {
    throw new ConfigurationError('say which dead letters to move back: their ids, or --all');
  }
  return withDev(options, async (tools, state) => {
    let moved = 0;
    const left = new Set(ids);
    for (const queue of queuesOf(state, options)) {
      moved += await tools.redrive(queue, (letter) => {
        left.delete(idOf(letter));
        return options.all === true || ids.includes(idOf(letter));
      });
    }
    console.log(`${moved} moved back`);
    for (const id of left) throw noneOf(id);
  });
}

/** The task's, or the message's where nobody could read a task out of it. */
function idOf({ attributes, messageId }: Pick<DeadLetter, 'attributes' | 'messageId'>): string {
  return attributes.id ?? messageId;
}

function queuesOf({ queues }: DevState, { queue }: DlqOptions): readonly string[] {
  if (queue === undefined) return queues;
  if (!queues.includes(queue)) throw new UnknownQueueError(queue, queues);
  return [queue];
}

async function lettersOf(tools: QueueTools, queues: readonly string[]): Promise<readonly DeadLetter[]> {
  return (await Promise.all(queues.map((queue) => tools.deadLetters(queue)))).flat();
}

function noneOf(id: string): ConfigurationError {
  return new ConfigurationError(`there is no dead letter of "${id}"; \`celeriac dlq list\` shows all`);
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
