import { ConfigurationError } from '../base/errors.ts';
import type { DeadLetter } from '../operations/dead-letters.ts';
import { deadLetterText } from './dead-letter-text.ts';
import { idAmong } from './full-id.ts';
import { progressLine } from './progress.ts';
import { columns } from './style.ts';
import { unknownTask } from './unknown-task.ts';
import { type AppOption, knownQueue, type Running, withRunning } from './with-running.ts';

/** The options of the `celeriac dlq` commands, as commander gives them. */
export interface DlqOptions extends AppOption {
  /** @default every queue */
  readonly queue?: string;
}

/** Which dead letters a command is about. */
export interface Selection extends DlqOptions {
  /** The name of a task, also of one that the app does not have. @default every task */
  readonly task?: string;
}

/** Prints every dead letter with its reason; of one task if that is named. */
export function listDlq(options: Selection): Promise<void> {
  return withRunning(options, async (running) => {
    const letters = (await lettersOf(running, queuesOf(running, options))).filter((letter) => isOf(letter, options));
    if (letters.length === 0) return console.log(`no dead letters${ofTask(options)}`);
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

/**
 * Prints one dead letter: when, why, what waits for it, and its message with the arguments.
 *
 * @param given  its id, or the end of it as the log shows it
 * @throws {ConfigurationError} there is none of that id, or several
 */
export function showDlq(given: string, options: DlqOptions): Promise<void> {
  return withRunning(options, async (running) => {
    const letters = await lettersOf(running, queuesOf(running, options));
    const id = fullId(given, letters);
    for (const letter of letters.filter((each) => idOf(each) === id)) console.log(deadLetterText(letter));
  });
}

/**
 * Moves dead letters back to their queue, where they run again.
 *
 * @param given  their ids, or the ends of them as the log shows them
 * @throws {ConfigurationError} neither ids nor a task nor `all` are given, or there is no dead letter of an id, or several, or neither
 *   a task nor a dead letter of that name; none is moved
 */
export function redriveDlq(given: readonly string[], options: Selection & { readonly all?: boolean }): Promise<void> {
  if (given.length === 0 && !options.all && options.task === undefined) {
    throw new ConfigurationError('say which dead letters to move back: their ids, --task <name>, or --all');
  }
  return withRunning(options, async (running) => {
    const all = queuesOf(running, options);
    const letters = given.length > 0 ? await lettersOf(running, all) : [];
    const ids = given.map((each) => fullId(each, letters));
    const isAll = given.length === 0 || options.all === true;
    const isNamed = (letter: DeadLetter) => (isAll || ids.includes(idOf(letter))) && isOf(letter, options);
    const queues = isAll ? all : all.filter((queue) => letters.some((each) => each.queue === queue && isNamed(each)));
    const counts = countsOf(queues, (seen, moved) => `${seen} dead letters looked at, ${moved} moved back`);
    const moves = await Promise.all(
      queues.map((queue) => running.tools.redrive(queue, { fits: isNamed, onProgress: counts.of(queue) })),
    );
    counts.clear();
    const moved = moves.reduce((sum, each) => sum + each, 0);
    if (moved === 0) refuseUnknownTask(options, running);
    console.log(moved === 0 ? `no dead letters${ofTask(options)} to move back` : `${moved} moved back`);
  });
}

function isOf({ attributes }: DeadLetter, { task }: Selection): boolean {
  return task === undefined || attributes.task === task;
}

/** Only where no dead letter has the name: one of a task that the app had before is moved like any other. */
function refuseUnknownTask({ task }: Selection, { tasks }: Running): void {
  if (task !== undefined && tasks && !tasks.some(({ name }) => name === task)) throw unknownTask(task, tasks);
}

function ofTask({ task }: Selection): string {
  return task === undefined ? '' : ` of "${task}"`;
}

/** The task's, or the message's where nobody could read a task out of it. */
function idOf({ attributes, messageId }: Pick<DeadLetter, 'attributes' | 'messageId'>): string {
  return attributes.id ?? messageId;
}

function queuesOf(running: Running, { queue }: DlqOptions): readonly string[] {
  return queue === undefined ? running.queues : [knownQueue(queue, running)];
}

async function lettersOf({ tools }: Running, queues: readonly string[]): Promise<readonly DeadLetter[]> {
  const counts = countsOf(queues, (seen) => `${seen} dead letters read`);
  const letters = await Promise.all(queues.map((queue) => tools.deadLetters(queue, counts.of(queue))));
  counts.clear();
  return letters.flat();
}

/** Shows the progress of several queues as one line. */
function countsOf(queues: readonly string[], text: (seen: number, moved: number) => string) {
  const line = progressLine();
  const counts = new Map(queues.map((queue) => [queue, [0, 0] as readonly [seen: number, moved: number]]));
  const of = (queue: string) => (seen: number, moved: number) => {
    counts.set(queue, [seen, moved]);
    const sum = (which: 0 | 1) => [...counts.values()].reduce((total, each) => total + each[which], 0);
    line.show(text(sum(0), sum(1)));
  };
  return { of, clear: () => line.clear() };
}

/** @throws {ConfigurationError} there is none, or there are several */
function fullId(given: string, letters: readonly DeadLetter[]): string {
  const id = idAmong(given, [...new Set(letters.map(idOf))]);
  if (id !== undefined) return id;
  throw new ConfigurationError(`there is no dead letter of "${given}"; \`celeriac dlq list\` shows all`);
}
