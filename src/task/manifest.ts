import type { QueueOptions } from './app-core.ts';
import { coreOf } from './core-of.ts';
import { sourceOf } from './make-task.ts';

/** What an app says of itself: what `celeriac dev` runs and the construct provisions. Plain JSON. */
export interface AppManifest {
  readonly name: string;
  readonly queues: readonly (readonly [name: string, options: QueueOptions])[];
  readonly tasks: readonly ManifestTask[];
  /** Routes that fit no task, as they were written. */
  readonly idleRoutes: readonly string[];
  /** As `autodiscoverTasks` was given them. */
  readonly taskModules?: readonly string[];
}

/** A task that an app has. */
export interface ManifestTask {
  readonly name: string;
  /** Where a call goes that says nothing else; absent if that depends on its arguments. */
  readonly queue?: string;
  /** A function among the routes decides where a call goes: it may arrive at any queue. */
  readonly routedByArguments?: true;
  /** Its hard limit; absent if it has none. */
  readonly timeLimitSeconds?: number;
  /** The module that exports it, as it was named here; absent if none of them does. */
  readonly module?: string;
}

/**
 * Reads what an app declares, once all its modules are loaded.
 *
 * @param modules  the modules with its tasks, by their files
 */
export function manifestOf(app: object, modules: Readonly<Record<string, object>>): AppManifest {
  const core = coreOf(app);
  const moduleOf = new Map(
    Object.entries(modules).flatMap(([file, module]) => tasksIn(module).map((name) => [name, file])),
  );
  const tasks = [...core.registry.values()].map(({ name, policy: { timeLimitMs } }) => {
    const [queue, module] = [queueOf(name), moduleOf.get(name)];
    return {
      name,
      ...(queue !== undefined ? { queue } : {}),
      ...(core.isRoutedByArguments(name) ? { routedByArguments: true as const } : {}),
      ...(timeLimitMs !== undefined ? { timeLimitSeconds: Math.ceil(timeLimitMs / 1_000) } : {}),
      ...(module !== undefined ? { module } : {}),
    };
  });
  const { name, idleRoutes, taskModules } = core;
  return { name, queues: [...core.queues], tasks, idleRoutes, ...(taskModules ? { taskModules } : {}) };

  /** A route may be a function of the arguments, and fail without them. */
  function queueOf(task: string): string | undefined {
    try {
      return core.resolveQueue(task, []);
    } catch {
      return undefined;
    }
  }
}

function tasksIn(module: object): readonly string[] {
  return Object.values(module).flatMap((value) => sourceOf(value)?.name ?? []);
}
