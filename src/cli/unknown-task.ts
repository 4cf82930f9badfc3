import { ConfigurationError } from '../base/errors.ts';
import type { ManifestTask } from '../task/manifest.ts';

/** The error for a task's name that the app does not have; it lists those that it has. */
export function unknownTask(name: string, tasks: readonly ManifestTask[]): ConfigurationError {
  const known = tasks.map((each) => `"${each.name}"`).join(', ');
  return new ConfigurationError(`the app has no task "${name}"; it has ${known}`);
}
