import type { Json } from '../base/json.ts';
import type { QueueOptions } from './app-core.ts';
import type { TaskOptions } from './task-options.ts';

/** An app's configuration; it may stand in a file of its own, see `defineConfig`. */
export interface AppConfig<Q extends string> {
  /** Every queue that tasks are sent to, by its name; `default` is always there. */
  readonly queues?: { readonly [K in Q]: QueueOptions };
  /**
   * Which task goes to which queue: an object of exact names and globs (`*` is any text; exact names come first), or a list
   * of `[name, glob or RegExp, route]` and functions, tried in order. A call's own queue and a task's own queue win; what no
   * route takes goes to `default`.
   */
  readonly taskRoutes?: Routes<NoInfer<Q> | 'default'>;
  /** Options of every task that does not say otherwise. */
  readonly taskDefaults?: TaskOptions<NoInfer<Q> | 'default'>;
  /** Not built yet. */
  readonly timezone?: string;
  /** Not built yet. */
  readonly beatSchedule?: { readonly [name: string]: object };
}

/** Where a task goes. */
export interface Route<Q extends string> {
  readonly queue: Q;
}

/** Answers the route or the queue of one call, `undefined` to leave it to the next route. */
export type Router<Q extends string> = (name: string, args: readonly Json[]) => Route<Q> | Q | undefined;

/** The routes of an app. */
export type Routes<Q extends string> =
  | { readonly [pattern: string]: Route<Q> }
  | readonly (readonly [pattern: string | RegExp, route: Route<Q>] | Router<Q>)[];

/** Keeps the literal queue names of a configuration that stands in a file of its own. */
export function defineConfig<Q extends string = 'default'>(config: AppConfig<Q>): AppConfig<Q> {
  return config;
}
