import { ConfigurationError, DuplicateTaskError, NotBuiltError, UnknownQueueError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { Problems, shown } from '../base/problems.ts';
import type { AppConfig } from './app-config.ts';
import type { AppCore, QueueOptions } from './app-core.ts';
import type { TaskDefinition } from './definition.ts';
import { policyOf } from './policy-of.ts';
import { DEFAULT_QUEUE, MAX_APP_NAME, readQueues } from './read-queues.ts';
import { type RouteTable, readRoutes } from './routes.ts';
import type { TaskOptions } from './task-options.ts';
import { definitionOf, type TaskSource } from './task-source.ts';

/** An app as it is declared: grows while the modules with its tasks load. */
export class AppDeclaration implements AppCore {
  readonly name: string;
  readonly queues: ReadonlyMap<string, QueueOptions>;
  readonly registry: ReadonlyMap<string, TaskDefinition>;
  /** Modules that discovery has to load, as `autodiscoverTasks` was given them; `undefined`: not asked for. */
  taskModules: readonly string[] | undefined;
  readonly #tasks = new Map<string, TaskDefinition>();
  readonly #sources = new Map<string, TaskSource>();
  readonly #defaults: TaskOptions<string>;
  /** Comes after the routes: a default is no task's own choice. */
  readonly #defaultQueue: string;
  readonly #routes: RouteTable;

  /**
   * @throws {ConfigurationError} lists everything that cannot work
   * @throws {NotBuiltError} a part of the configuration has no effect yet
   */
  constructor(name: string, config: AppConfig<string>) {
    const problems = new Problems();
    if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(name) || name.length > MAX_APP_NAME) {
      const allowed = `1 to ${MAX_APP_NAME} letters, digits, - or _, a letter first`;
      problems.add(`the name must be ${allowed}, got ${shown(name)}`);
    }
    problems.unknownNames(config, CONFIG_NAMES, 'setting');
    refuseUnbuilt(config);
    this.name = name;
    this.registry = this.#tasks;
    this.queues = readQueues(config.queues, problems);
    const queues = [...this.queues.keys()];
    this.#routes = problems.attempt(() => readRoutes(config.taskRoutes ?? [], queues)) ?? readRoutes([], queues);
    const { queue = DEFAULT_QUEUE, ...defaults } = config.taskDefaults ?? {};
    this.#defaults = defaults;
    this.#defaultQueue = queue;
    problems.attempt(() => policyOf('taskDefaults', defaults));
    if (!this.queues.has(queue)) problems.add(`taskDefaults: ${this.#unknownQueue(queue).message}`);
    problems.throwIfAny(`app "${name}"`, (text) => new ConfigurationError(text));
  }

  /**
   * Adds a task; the same one a second time changes nothing.
   *
   * @throws {DuplicateTaskError} another task has its name
   * @throws {InvalidOptionError} its options do not work, together with the app's defaults
   * @throws {UnknownQueueError} its own queue is not declared
   */
  add(source: TaskSource): void {
    if (this.has(source)) return;
    if (this.#sources.has(source.name)) throw new DuplicateTaskError(source.name);
    const definition = definitionOf(source, this.#defaults);
    const { queue } = definition.policy;
    if (queue !== undefined && !this.queues.has(queue)) throw this.#unknownQueue(queue);
    this.#sources.set(source.name, source);
    this.#tasks.set(source.name, definition);
  }

  /** Tells whether this very task was added. */
  has(source: TaskSource): boolean {
    return this.#sources.get(source.name) === source;
  }

  resolveQueue(task: string, args: readonly Json[], callQueue?: string): string {
    const queue =
      callQueue ?? this.#tasks.get(task)?.policy.queue ?? this.#routes.resolve(task, args) ?? this.#defaultQueue;
    if (this.queues.has(queue)) return queue;
    throw this.#unknownQueue(queue);
  }

  /** Tells whether a task's queue may depend on its arguments, since no queue of its own and a function among the routes decide. */
  isRoutedByArguments(task: string): boolean {
    return this.#tasks.get(task)?.policy.queue === undefined && this.#routes.asksFunction(task);
  }

  /** The routes that fit no task that was added so far, as they were written. */
  get idleRoutes(): readonly string[] {
    return this.#routes.idle([...this.#tasks.keys()]);
  }

  #unknownQueue(queue: string): UnknownQueueError {
    return new UnknownQueueError(queue, [...this.queues.keys()]);
  }
}

const CONFIG_NAMES: readonly string[] = ['queues', 'taskRoutes', 'taskDefaults', 'timezone', 'beatSchedule'];

function refuseUnbuilt(config: AppConfig<string>): void {
  const instead = 'leave it out until beat is there';
  if (config.timezone !== undefined) throw new NotBuiltError('`timezone`', instead);
  if (config.beatSchedule !== undefined) throw new NotBuiltError('`beatSchedule`', instead);
}
