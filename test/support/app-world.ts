import { type App, type AppConfig, createApp } from 'celeriac';
import { connect } from '../../src/client/connection.ts';
import { currentTask } from '../../src/client/scope.ts';
import { type Choices, scriptedChoices } from '../../src/memory/choices.ts';
import { redrive, WorldEventSource } from '../../src/memory/event-source.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { World } from '../../src/memory/world.ts';
import type { WorldProcess } from '../../src/memory/world-process.ts';
import { decode } from '../../src/message/codec.ts';
import type { Message } from '../../src/message/message.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';
import type { SqsHandler } from '../../src/ports/sqs-event.ts';
import type { TaskEvent } from '../../src/ports/telemetry.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import type { MappingLook } from '../../src/worker/invocation.ts';
import { lostHandler } from '../../src/worker/lost.ts';

/** What may be different from an undisturbed world whose functions have thirty seconds. */
export interface AppWorldOptions {
  readonly choices?: Choices;
  /** How long an unknown task waits for a deployment. @default 0 */
  readonly graceMs?: number;
  /** @default 30 s */
  readonly functionTimeoutMs?: number;
  /** What every worker is given for its ports, so that calls fail that no fault of the world does. */
  readonly workerPorts?: (ports: Ports) => Ports;
  /** The same for the client. */
  readonly clientPorts?: (ports: Ports) => Ports;
  /** What a worker sees when it looks at its event source mapping. @default it does not look */
  readonly mapping?: MappingLook;
  /** The mappings do not report partial batch failures: what a worker answers is not read. @default false */
  readonly wholeBatches?: boolean;
}

/** A message in a dead-letter queue, and why it is there. */
export interface Dead {
  readonly message: Message;
  readonly attributes: Readonly<Record<string, string>>;
}

/** An app, a client of it, and its deployment on the real worker in a world of virtual time. */
export interface AppWorld<Q extends string> {
  readonly app: App<Q | 'default'>;
  readonly world: World;
  readonly store: MemoryStore;
  /** Runs what a client does, then everything that follows, until the queues are empty. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Lets virtual time pass for the client, while everything else goes on. */
  pass(seconds: number): Promise<void>;
  /** Puts a body on a queue as somebody who knows nothing of us would. */
  put(body: unknown, queue?: string): void;
  /** What lies in the dead-letter queue of a queue. */
  dead(queue?: string): readonly Dead[];
  /** Moves every dead letter of a queue back, as any redrive tool does. */
  redrive(queue?: string): number;
  /** What the workers have told of one task, or of all. */
  events(id?: string): readonly TaskEvent[];
  /** Ends every environment of a function: the next message meets a cold one. */
  killWorkers(): void;
  /** Seconds since the world began. */
  seconds(): number;
}

/** Deploys an app in a world. Tasks may be defined afterwards, until the first message is run. */
export function appWorld<Q extends string = 'default'>(
  config: AppConfig<Q> = {},
  options: AppWorldOptions = {},
): AppWorld<Q> {
  const { choices = scriptedChoices(new Map()), graceMs = 0, functionTimeoutMs = 30_000 } = options;
  const { workerPorts = asTheyAre, clientPorts = asTheyAre, wholeBatches = false } = options;
  const look = options.mapping ? { mapping: options.mapping } : {};
  const mapped = wholeBatches ? answerUnread : (handler: SqsHandler) => handler;
  const app = createApp('flow', config);
  const core = coreOf(app);
  const store = new MemoryStore(core.queues.keys());
  const world = new World(store, choices);
  const startedAtMs = world.nowMs;
  const workers: WorldProcess[] = [];
  const client = world.process('client', false);
  const portsOfClient = clientPorts(client.ports);
  connect(core, () => portsOfClient);
  const shape = {
    functionTimeoutMs,
    visibilityMs: functionTimeoutMs + 65_000,
    batchSize: 10,
    maxConcurrency: 2,
    onStart: (process: WorldProcess) => workers.push(process),
  };
  for (const queue of core.queues.keys()) {
    new WorldEventSource(world, {
      ...shape,
      queue,
      start: (ports, exit) =>
        mapped(workerHandler(core, { ports: workerPorts(ports), exit, graceMs, physicalPrefix: '', ...look })),
    });
    new WorldEventSource(world, {
      ...shape,
      queue: lostQueueOf(queue),
      start: (ports) => mapped(lostHandler({ ports: workerPorts(ports), physicalPrefix: '', ...look })),
    });
  }
  const events = () => workers.flatMap(({ telemetry }) => telemetry.events);
  return {
    app,
    world,
    store,
    run: (work) => world.run(work),
    pass: (seconds) => client.ports.clock.sleep(seconds * 1_000),
    put: (body, queue = 'default') => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      store.send(queue, { body: text, delaySeconds: 0 }, world.nowMs);
    },
    dead: (queue = 'default') =>
      store.queue(deadLetterQueueOf(queue)).messages.map(({ body, sqsMessageId, attributes }) => ({
        message: decode(body, sqsMessageId),
        attributes,
      })),
    redrive: (queue = 'default') => redrive(world, deadLetterQueueOf(queue), queue),
    events: (id) => events().filter((event) => id === undefined || ('id' in event && event.id === id)),
    killWorkers: () => {
      for (const worker of workers) world.crash(worker);
    },
    seconds: () => (world.nowMs - startedAtMs) / 1_000,
  };
}

const asTheyAre = (ports: Ports) => ports;

/** Everything that a function has received is deleted, unless it fails. */
function answerUnread(handler: SqsHandler): SqsHandler {
  return async (event, context) => {
    await handler(event, context);
    return { batchItemFailures: [] };
  };
}

/** Lets virtual time pass inside a task. */
export async function work(seconds: number, signal?: AbortSignal): Promise<void> {
  const scope = currentTask.getStore();
  if (!scope) throw new Error('work() is for the bodies of tasks');
  await scope.ports.clock.sleep(seconds * 1_000, signal);
}
