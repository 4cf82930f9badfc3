import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { ConfigurationError } from '../src/base/errors.ts';
import type { ManifestTask } from '../src/task/manifest.ts';
import type { AppPlan } from './plan.ts';
import type { QueueResources } from './resources.ts';

/** Which task goes to which queue, for those who ask the construct. */
export class TaskQueues {
  readonly #tasks: ReadonlyMap<string, ManifestTask>;
  readonly #queues: ReadonlyMap<string, QueueResources>;
  /** Those that the app still sends to. */
  readonly #declared: readonly string[];

  constructor(plan: AppPlan, queues: ReadonlyMap<string, QueueResources>) {
    this.#tasks = new Map(plan.tasks.map((task) => [task.name, task]));
    this.#queues = queues;
    this.#declared = plan.queues.filter(({ retired }) => !retired).map(({ name }) => name);
  }

  /** @throws {ConfigurationError} there is no such task, or its queue depends on its arguments */
  of(name: string): IQueue {
    const { queue, routedByArguments } = this.#task(name);
    if (queue !== undefined && !routedByArguments) return this.resources(queue).queue;
    throw new ConfigurationError(
      `the queue of task "${name}" depends on its arguments; take it from \`queues\`, which has ${listed(this.#queues)}`,
    );
  }

  /** All queues that calls of these tasks may go to; of all tasks, if none is named. */
  reachedBy(names: readonly string[]): readonly IQueue[] {
    const tasks = names.length > 0 ? names.map((name) => this.#task(name)) : undefined;
    const isSure = tasks?.every(({ queue, routedByArguments }) => queue !== undefined && !routedByArguments);
    const queues = tasks && isSure ? tasks.map(({ queue }) => queue as string) : this.#declared;
    return [...new Set(queues)].map((queue) => this.resources(queue).queue);
  }

  /** All queues that tasks or queues of these names mean; a task comes first. */
  named(names: readonly string[]): readonly IQueue[] {
    if (names.length === 0) throw new ConfigurationError('name the tasks or queues that are meant; got none');
    const meant = names.flatMap((name) =>
      this.#isQueueOnly(name) ? [this.resources(name).queue] : this.reachedBy([name]),
    );
    return [...new Set(meant)];
  }

  /** @throws {ConfigurationError} there is no such queue */
  resources(name: string): QueueResources {
    const resources = this.#queues.get(name);
    if (resources) return resources;
    throw new ConfigurationError(`the app has no queue "${name}"; it has ${listed(this.#queues)}`);
  }

  #isQueueOnly(name: string): boolean {
    return this.#queues.has(name) && !this.#tasks.has(name);
  }

  #task(name: string): ManifestTask {
    const task = this.#tasks.get(name);
    if (task) return task;
    throw new ConfigurationError(`the app has no task "${name}"; it has ${listed(this.#tasks)}`);
  }
}

function listed(names: ReadonlyMap<string, unknown>): string {
  return [...names.keys()].map((name) => `"${name}"`).join(', ');
}
