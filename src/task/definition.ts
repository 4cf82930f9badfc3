import type { TaskPolicy } from './policy.ts';
import type { StandardSchema } from './standard-schema.ts';

/** A task as the worker sees it: its name, how it is to be run, and its body. */
export interface TaskDefinition {
  readonly name: string;
  readonly policy: TaskPolicy;
  readonly bind: boolean;
  /** Checks and transforms the list of arguments; absent: they are passed on as they came. */
  readonly schema: StandardSchema | undefined;
  readonly body: (...args: never[]) => unknown;
}

/** The tasks that a worker's code holds, by name. */
export type Registry = ReadonlyMap<string, TaskDefinition>;
