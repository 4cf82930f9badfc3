import { InvalidOptionError, UnknownQueueError } from '../base/errors.ts';
import { globTest } from '../base/globs.ts';
import { isPlainObject, type Json } from '../base/json.ts';
import { wrong } from '../base/option-readers.ts';
import type { Router } from './app-config.ts';

/** The routes of an app, in the order in which they are tried. */
export interface RouteTable {
  /** The queue that the first fitting route names; `undefined` if none fits. */
  resolve(task: string, args: readonly Json[]): string | undefined;
  /** Tells whether a function is asked where a task goes: then its arguments may decide. */
  asksFunction(task: string): boolean;
  /** The patterns that fit none of these tasks, as they were written. */
  idle(tasks: readonly string[]): readonly string[];
}

/** Of one route. */
interface Tried {
  readonly queueOf: (task: string, args: readonly Json[]) => string | undefined;
  /** Absent: a function. */
  readonly pattern?: string | RegExp;
  readonly fits: (task: string) => boolean;
}

/**
 * Reads an app's routes.
 *
 * @param queues  the declared ones
 * @throws {InvalidOptionError} a route is none, or names a queue that is not declared
 */
export function readRoutes(routes: unknown, queues: readonly string[]): RouteTable {
  const entries = Array.isArray(routes) ? routes.map(entryOf) : byNameOf(routes);
  const tried = entries.map((entry) => read(entry, queues));
  return {
    resolve(task, args) {
      for (const { queueOf } of tried) {
        const queue = queueOf(task, args);
        if (queue !== undefined) return queue;
      }
      return undefined;
    },
    asksFunction(task) {
      const first = tried.find(({ fits }) => fits(task));
      return first !== undefined && first.pattern === undefined;
    },
    idle: (tasks) =>
      tried.flatMap(({ pattern, fits }) => (pattern === undefined || tasks.some(fits) ? [] : [String(pattern)])),
  };
}

type Entry = Router<string> | { readonly pattern: string | RegExp; readonly route: unknown };

/** As in Celery, exact names of an object come before its globs, wherever they stand. */
function byNameOf(routes: unknown): readonly Entry[] {
  if (!isPlainObject(routes)) throw wrong('taskRoutes', 'an object or a list of routes', routes);
  const entries = Object.entries(routes).map(([pattern, route]) => ({ pattern, route }));
  const isGlob = ({ pattern }: { pattern: string }) => pattern.includes('*');
  return [...entries.filter((entry) => !isGlob(entry)), ...entries.filter(isGlob)];
}

function entryOf(entry: unknown): Entry {
  if (typeof entry === 'function') return entry as Router<string>;
  if (Array.isArray(entry) && entry.length === 2 && (typeof entry[0] === 'string' || entry[0] instanceof RegExp)) {
    return { pattern: entry[0], route: entry[1] };
  }
  throw wrong('taskRoutes', "a list of [pattern, { queue: 'name' }] and functions", entry);
}

function read(entry: Entry, queues: readonly string[]): Tried {
  if (typeof entry === 'function') return { queueOf: (task, args) => answerOf(entry, task, args), fits: () => true };
  const { pattern, route } = entry;
  const queue = isPlainObject(route) ? route.queue : undefined;
  if (typeof queue !== 'string') throw wrong(`taskRoutes['${pattern}']`, "an object such as { queue: 'name' }", route);
  if (!queues.includes(queue)) {
    throw new InvalidOptionError(`taskRoutes['${pattern}']: ${new UnknownQueueError(queue, queues).message}`);
  }
  const fits = patternTest(pattern);
  return { queueOf: (task) => (fits(task) ? queue : undefined), pattern, fits };
}

function patternTest(pattern: string | RegExp): (task: string) => boolean {
  if (typeof pattern === 'string') return globTest(pattern);
  // without `g` and `y`, which would make the answer depend on the call before
  const regExp = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (task) => regExp.test(task);
}

function answerOf(router: Router<string>, task: string, args: readonly Json[]): string | undefined {
  const answer: unknown = router(task, args);
  if (answer === undefined || answer === null) return undefined;
  const queue = isPlainObject(answer) ? answer.queue : answer;
  if (typeof queue === 'string') return queue;
  throw wrong('taskRoutes', "a function that gives a queue, { queue: 'name' } or undefined", answer);
}
