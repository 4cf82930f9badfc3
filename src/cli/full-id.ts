import { ConfigurationError } from '../base/errors.ts';
import { workflowOf } from '../base/path-ids.ts';
import { readPlan } from '../client/plan.ts';
import type { QueueTools } from '../local/queue-tools.ts';

/** The end of an id may stand for it from so many characters on. */
const LEAST_END = 6;
const SHOWN_OF_WORKFLOW = 8;

/** An id as the log shows it, which the commands take for the whole: the end of its workflow's, and its place there. */
export function shortId(id: string): string {
  const workflow = workflowOf(id);
  return workflow.slice(-SHOWN_OF_WORKFLOW) + id.slice(workflow.length);
}

/**
 * The one of some ids that is meant by itself or by its end.
 *
 * @throws {ConfigurationError} it is the end of several
 */
export function idAmong(given: string, ids: readonly string[]): string | undefined {
  if (ids.includes(given)) return given;
  const ending = given.length < LEAST_END ? [] : ids.filter((id) => id.endsWith(given));
  if (ending.length > 1) throw new ConfigurationError(`"${given}" is the end of several ids: ${ending.join(', ')}`);
  return ending[0];
}

/**
 * The id in the table that is meant, by itself or by its end: that of a task or a group, also of one in a known workflow that
 * has not begun. An unknown one is returned as it is.
 *
 * @throws {ConfigurationError} it is the end of several
 */
export async function storedId(given: string, tools: QueueTools): Promise<string> {
  const end = workflowOf(given);
  if ((await isStored(given, tools)) || (await isStored(end, tools))) return given;
  if (end.length < LEAST_END) return given;
  const workflow = idAmong(end, await tools.workflowsWith(end));
  return workflow === undefined ? given : workflow + given.slice(end.length);
}

async function isStored(id: string, { ports }: QueueTools): Promise<boolean> {
  const { backend, barrier } = ports;
  return Boolean((await backend.read(id)) ?? (await readPlan(ports, id)) ?? (await barrier.readHead(id)));
}
