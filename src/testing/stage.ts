import type { Clock } from '../base/clock.ts';
import { WorldEventSource } from '../memory/event-source.ts';
import { type Carry, memoryPorts } from '../memory/memory-ports.ts';
import { World, type WorldProcess } from '../memory/world.ts';
import type { Ports } from '../ports/ports.ts';
import { lostQueueOf } from '../ports/queue-names.ts';
import type { LogLine, TaskEvent, Telemetry } from '../ports/telemetry.ts';
import type { AppCore } from '../task/app-core.ts';
import { workerHandler } from '../worker/handler.ts';
import { lostHandler } from '../worker/lost.ts';
import { Bodies } from './bodies.ts';
import { luckOf } from './chance.ts';
import { disturbance } from './disturb.ts';
import { Driver } from './driver.ts';
import { RememberingStore } from './messages.ts';
import type { TestSettings } from './options.ts';
import { turn } from './real-time.ts';
import { watchedCore, watchedPorts } from './watched.ts';

/** Something that a worker told, and when. */
export type At<T> = T & { readonly at: Date };

/** An app deployed in a world of its own: a client, a worker for each queue, and who drives them. */
export interface Stage {
  readonly world: World;
  readonly store: RememberingStore;
  readonly driver: Driver;
  /** The ports of the test itself: its calls happen at once, its pauses let virtual time pass. */
  readonly client: Ports;
  readonly events: readonly At<TaskEvent>[];
  readonly logs: readonly At<LogLine>[];
  /** The seed and the end of the timeline. */
  report(): string;
  /** Ends everything that runs. */
  strike(error: Error): void;
}

/** Lines of the timeline in a report. */
const TAIL = 60;
/** How much longer a message stays hidden than its function may run. */
const VISIBILITY_MARGIN_MS = 60_000;

/** Builds the stage of a test; nothing runs on it until somebody waits for it. */
export function stageOf(core: AppCore, settings: TestSettings): Stage {
  const { seed, rules, startAtMs, functionTimeoutMs, patienceMs } = settings;
  const luck = luckOf(seed, rules);
  const store = new RememberingStore(core.queues.keys());
  const world = new World(store, luck.choices, startAtMs);
  const bodies = new Bodies(world);
  const processes = new Set<WorldProcess>();
  const told = { events: [] as At<TaskEvent>[], logs: [] as At<LogLine>[] };
  const disturb = disturbance(world, bodies, rules, luck);
  const sources = [...core.queues].flatMap(([queue, { batchSize = 10, maxConcurrency = 10 }]) => {
    const deployed = {
      functionTimeoutMs,
      visibilityMs: functionTimeoutMs + VISIBILITY_MARGIN_MS,
      batchSize,
      maxConcurrency,
      onStart: (process: WorldProcess) => void processes.add(process),
    };
    const portsFor = (process: WorldProcess) => watchedPorts(process.ports, bodies, telemetryOf(world, told, process));
    const work = new WorldEventSource(world, {
      ...deployed,
      queue,
      start: (_ports, exit, process) => {
        const own = watchedCore(core, (definition) => disturb(definition, process));
        return workerHandler(own, { ports: portsFor(process), exit, graceMs: 0, physicalPrefix: '' });
      },
    });
    const lost = new WorldEventSource(world, {
      ...deployed,
      queue: lostQueueOf(queue),
      start: (_ports, _exit, process) => lostHandler({ ports: portsFor(process), physicalPrefix: '' }),
    });
    return [work, lost];
  });
  const report = () => `seed ${seed}; the last of what happened:\n${world.timeline.slice(-TAIL).join('\n')}`;
  const lastRead = { id: '' };
  const driver = new Driver({
    world,
    bodies,
    busy: () => sources.reduce((sum, source) => sum + source.busy(), 0),
    patienceMs,
    waitingFor: () => (lastRead.id ? `task ${lastRead.id}` : 'something'),
    report,
  });
  const client = memoryPorts(store, {
    clock: clientClock(world, driver),
    random: luck.choices,
    telemetry: telemetryOf(world, told),
    carry: clientCarry(world, lastRead),
  });
  const strike = (error: Error) => {
    for (const process of processes) world.crash(process);
    driver.stop(error);
  };
  return { world, store, driver, client, ...told, report, strike };
}

/** The test's own calls happen at once. */
function clientCarry(world: World, lastRead: { id: string }): Carry {
  return async ({ name, on }, effect) => {
    if (name === 'read') lastRead.id = on;
    else if (!name.startsWith('read')) world.note(`test ${name} ${on}`);
    return effect();
  };
}

function clientClock(world: World, driver: Driver): Clock {
  return {
    now: () => world.nowMs,
    sleep: (delayMs, signal) => driver.sleep(delayMs, signal),
    after: (delayMs, run) => {
      const stopped = new AbortController();
      driver.sleep(delayMs, stopped.signal).then(run, () => {});
      return () => stopped.abort();
    },
    soon: (run) => void turn().then(run),
  };
}

type Told = { readonly events: At<TaskEvent>[]; readonly logs: At<LogLine>[] };

function telemetryOf(world: World, { events, logs }: Told, process?: WorldProcess): Telemetry {
  const at = () => new Date(world.nowMs);
  return {
    event: (event) => {
      events.push({ ...event, at: at() });
      if ('task' in event)
        world.note(`${process?.name ?? 'test'} ${event.kind} ${event.task} ${event.id}${errorOf(event)}`);
    },
    log: (line) => {
      logs.push({ ...line, at: at() });
      world.note(`${process?.name ?? 'test'} ${line.level} ${line.message}`);
    },
    flush: () => {},
  };
}

function errorOf(event: TaskEvent): string {
  return 'error' in event ? `: ${event.error}` : '';
}
