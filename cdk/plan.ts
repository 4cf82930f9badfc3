import type { Duration } from 'aws-cdk-lib';
import { globTest } from '../src/base/globs.ts';
import { MAPPING_MAX_BATCH_WITHOUT_WINDOW, VISIBILITY_MARGIN_SECONDS } from '../src/base/limits.ts';
import type { QueueOptions } from '../src/task/app-core.ts';
import { functionTimeoutSeconds } from '../src/task/function-timeout.ts';
import type { AppManifest, ManifestTask } from '../src/task/manifest.ts';
import type { TaskAppProps } from './task-app-props.ts';
import type { ProvisionedPollers, QueueProps } from './worker-props.ts';

const DEFAULT_MEMORY_MB = 512;
const DEFAULT_CONCURRENCY = 20;

/** What is to stand in the stack: the app's declarations, the stack's props and the defaults, put together. */
export interface AppPlan {
  /** The app's own name. */
  readonly name: string;
  readonly prefix: string;
  readonly queues: readonly QueuePlan[];
  readonly tasks: readonly ManifestTask[];
}

/** One queue and its worker. Seconds and numbers are `NaN` where a prop is no such thing; the checks refuse that. */
export interface QueuePlan {
  readonly name: string;
  /** What the app says of it; nothing of a retired one. */
  readonly declared: QueueOptions;
  /** What the stack says of it. */
  readonly props: QueueProps;
  /** The app has it no more: it is drained, and then deleted. */
  readonly retired: boolean;
  /** That can arrive there. */
  readonly tasks: readonly ManifestTask[];
  readonly timeoutSeconds: number;
  readonly windowSeconds: number;
  readonly visibilitySeconds: number;
  readonly memorySize: number;
  readonly batchSize: number;
  /** Absent with provisioned pollers. */
  readonly maxConcurrency?: number;
  readonly provisionedPollers?: ProvisionedPollers;
  /** The user's variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Puts together what the app declares and what the stack says. Checks nothing. */
export function planApp(manifest: AppManifest, props: TaskAppProps): AppPlan {
  const { prefix = manifest.name } = props;
  const retired = new Set((Array.isArray(props.retired) ? props.retired : []).map(String));
  return {
    name: manifest.name,
    prefix,
    tasks: manifest.tasks,
    queues: [
      ...manifest.queues.map(([name, declared]) => planQueue({ name, declared, retired: false }, manifest, props)),
      ...[...retired].map((name) => planQueue({ name, declared: {}, retired: true }, manifest, props)),
    ],
  };
}

type Declared = Pick<QueuePlan, 'name' | 'declared' | 'retired'>;

function planQueue(queue: Declared, manifest: AppManifest, app: TaskAppProps): QueuePlan {
  const props = app.queues?.[queue.name] ?? {};
  const tasks = queue.retired ? manifest.tasks : manifest.tasks.filter((task) => arrivesAt(queue.name, task, props));
  const timeoutSeconds = secondsOf(props.timeout ?? app.timeout) ?? functionTimeoutSeconds(tasks);
  const windowSeconds = secondsOf(props.maxBatchingWindow) ?? 0;
  return {
    ...queue,
    props,
    tasks,
    timeoutSeconds,
    windowSeconds,
    visibilitySeconds: secondsOf(props.visibilityTimeout) ?? timeoutSeconds + windowSeconds + VISIBILITY_MARGIN_SECONDS,
    memorySize: props.memorySize ?? app.memorySize ?? DEFAULT_MEMORY_MB,
    batchSize: props.batchSize ?? queue.declared.batchSize ?? MAPPING_MAX_BATCH_WITHOUT_WINDOW,
    ...scaling(queue, props, app),
    environment: { ...app.environment, ...props.environment },
  };
}

function arrivesAt(queue: string, task: ManifestTask, { tasks = [] }: QueueProps): boolean {
  const isAsked = Array.isArray(tasks) && tasks.some((glob) => globTest(String(glob))(task.name));
  return task.queue === queue || task.routedByArguments === true || isAsked;
}

function scaling({ declared }: Declared, props: QueueProps, app: TaskAppProps) {
  const { provisionedPollers } = props;
  if (provisionedPollers !== undefined) return { provisionedPollers };
  const { maxConcurrency = declared.maxConcurrency ?? app.maxConcurrency ?? DEFAULT_CONCURRENCY } = props;
  return { maxConcurrency };
}

function secondsOf(duration: Duration | undefined): number | undefined {
  if (duration === undefined) return undefined;
  if (typeof duration?.toSeconds !== 'function' || duration.isUnresolved()) return Number.NaN;
  return duration.toSeconds({ integral: false });
}
