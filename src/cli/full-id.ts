import { ConfigurationError } from '../base/errors.ts';
import { workflowOf } from '../base/path-ids.ts';
import { readPlan } from '../client/plan.ts';
import type { Ports } from '../ports/ports.ts';
import type { Running } from './with-running.ts';

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

/** Where ids are looked up. */
interface Finding {
  readonly tools: { readonly ports: Ports };
  readonly workflowsWith?: Running['workflowsWith'];
}

/**
 * The id in the table that is meant, by itself or by its end: that of a task or a group, also of one in a known workflow that
 * has not begun. An unknown one is returned as it is, and so is any on AWS, where nobody reads a whole table to find one.
 *
 * @throws {ConfigurationError} it is the end of several
 */
export async function storedId(given: string, { tools, workflowsWith }: Finding): Promise<string> {
  const end = workflowOf(given);
  if (!workflowsWith || end.length < LEAST_END) return given;
  if ((await isStored(given, tools.ports)) || (await isStored(end, tools.ports))) return given;
  const workflow = idAmong(end, await workflowsWith(end));
  return workflow === undefined ? given : workflow + given.slice(end.length);
}

/** What is said of an id of which nothing is known. */
export function nothingStored({ kind }: Pick<Running, 'kind'>): string {
  const which = kind === 'dev' ? 'neither an id nor the end of one' : 'not the whole of an id, which is needed on AWS';
  return `celeriac: nothing is stored under this id: not begun, expired, or ${which}`;
}

async function isStored(id: string, ports: Ports): Promise<boolean> {
  const { backend, barrier } = ports;
  return Boolean((await backend.read(id)) ?? (await readPlan(ports, id)) ?? (await barrier.readHead(id)));
}
