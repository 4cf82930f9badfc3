import { type Deployment, WorldEventSource } from '../memory/event-source.ts';
import type { World } from '../memory/world.ts';
import type { WorldProcess } from '../memory/world-process.ts';
import type { Ports } from '../ports/ports.ts';
import { lostQueueOf } from '../ports/queue-names.ts';
import type { AppCore } from '../task/app-core.ts';
import { workerHandler } from '../worker/handler.ts';
import { lostHandler } from '../worker/lost.ts';
import type { Disturb } from './disturb.ts';
import { watchedCore } from './watched.ts';

/** How an app is deployed in a test. */
export interface DeployParts {
  readonly world: World;
  readonly functionTimeoutMs: number;
  readonly disturb: Disturb;
  readonly portsOf: (process: WorldProcess) => Ports;
}

/** How much longer a message stays hidden than its function may run. */
const VISIBILITY_MARGIN_MS = 60_000;
/** Where a queue does not say otherwise. */
const DEFAULT_CONCURRENCY = 10;
const DEFAULT_BATCH_SIZE = 10;

/** What runs of a deployed app. */
export interface Deployed {
  /** How many of its functions are running. */
  busy(): number;
  /** Every process that was started, also those that died. */
  readonly processes: ReadonlySet<WorldProcess>;
}

/** Puts a worker on each queue of an app, and on each of its lost queues. */
export function deploy(core: AppCore, { world, functionTimeoutMs, disturb, portsOf }: DeployParts): Deployed {
  const processes = new Set<WorldProcess>();
  const on = (queue: string, shape: Pick<Deployment, 'batchSize' | 'maxConcurrency' | 'start'>) =>
    new WorldEventSource(world, {
      queue,
      functionTimeoutMs,
      visibilityMs: functionTimeoutMs + VISIBILITY_MARGIN_MS,
      onStart: (process) => void processes.add(process),
      ...shape,
    });
  const work: Deployment['start'] = (_ports, exit, process) =>
    workerHandler(
      watchedCore(core, (definition) => disturb(definition, process)),
      { ports: portsOf(process), exit, graceMs: 0, physicalPrefix: '' },
    );
  const lost: Deployment['start'] = (_ports, _exit, process) =>
    lostHandler({ ports: portsOf(process), physicalPrefix: '' });
  const sources = [...core.queues].flatMap(([queue, declared]) => {
    const { batchSize = DEFAULT_BATCH_SIZE, maxConcurrency = DEFAULT_CONCURRENCY } = declared;
    const shape = { batchSize, maxConcurrency };
    return [on(queue, { ...shape, start: work }), on(lostQueueOf(queue), { ...shape, start: lost })];
  });
  return { processes, busy: () => sources.reduce((sum, source) => sum + source.busy(), 0) };
}
