import { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AppPlan } from './plan.ts';
import type { AppManifest } from './read-app.ts';
import { bundleOnce } from './read-once.ts';

/** The code of an app's functions. */
export interface HandlerCode {
  worker(queue: string): Code;
  lost(): Code;
}

/** Stands where the stack is only looked at, as by `cdk list` or when another stack is deployed; it is never deployed. */
const NOT_BUNDLED =
  'exports.handler = async () => { throw new Error("this stack was synthesized without its code"); };';

/**
 * Bundles an app's functions, or none of them where the CDK says that nobody needs them.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.Stack.html#bundlingrequired
 */
export function handlerCode(scope: Construct, entry: string, manifest: AppManifest, { queues }: AppPlan): HandlerCode {
  if (!Stack.of(scope).bundlingRequired) {
    return { worker: () => Code.fromInline(NOT_BUNDLED), lost: () => Code.fromInline(NOT_BUNDLED) };
  }
  const tasksOf = queues.map(({ name, tasks }) => [name, tasks.map((task) => task.name)] as const);
  const { workers, lost } = bundleOnce(entry, manifest, Object.fromEntries(tasksOf));
  return { worker: (queue) => Code.fromAsset(workers[queue] ?? ''), lost: () => Code.fromAsset(lost) };
}
