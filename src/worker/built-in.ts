import { COLLECT } from '../message/next.ts';
import type { AppCore } from '../task/app-core.ts';
import { DEFAULT_POLICY } from '../task/default-policy.ts';
import type { TaskDefinition } from '../task/definition.ts';

/** Tasks that every worker has: `celeriac.collect` gives the list of a group as a result of its own. */
const BUILT_IN: ReadonlyMap<string, TaskDefinition> = new Map([
  [COLLECT, { name: COLLECT, policy: DEFAULT_POLICY, bind: false, schema: undefined, body: (list: unknown) => list }],
]);

/** The task that a message names: the app's own, or a built-in one. */
export function definitionOf({ registry }: AppCore, task: string): TaskDefinition | undefined {
  return registry.get(task) ?? BUILT_IN.get(task);
}
