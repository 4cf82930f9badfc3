import type { Clock } from '../base/clock.ts';
import { type Carry, memoryPorts } from '../memory/memory-ports.ts';
import { World } from '../memory/world.ts';
import type { Ports } from '../ports/ports.ts';
import type { AppCore } from '../task/app-core.ts';
import { Bodies } from './bodies.ts';
import { luckOf } from './chance.ts';
import { deploy } from './deploy.ts';
import { disturbance } from './disturb.ts';
import { Driver } from './driver.ts';
import { RememberingStore } from './messages.ts';
import type { TestSettings } from './options.ts';
import { turn } from './real-time.ts';
import { keeping, type Told } from './told.ts';
import { watchedPorts } from './watched.ts';

/** An app deployed in a world of its own: a client, a worker for each queue, and who drives them. */
export interface Stage extends Told {
  readonly world: World;
  readonly store: RememberingStore;
  readonly driver: Driver;
  /** The ports of the test itself: its calls happen at once, its pauses let virtual time pass. */
  readonly client: Ports;
  /** The seed and the end of the timeline. */
  report(): string;
  /** Ends everything that runs. */
  strike(error: Error): void;
}

/** Lines of the timeline in a report. */
const TAIL = 60;

/** Builds the stage of a test; nothing runs on it until somebody waits for it. */
export function stageOf(core: AppCore, settings: TestSettings): Stage {
  const { seed, rules, startAtMs, functionTimeoutMs, patienceMs } = settings;
  const luck = luckOf(seed, rules);
  const store = new RememberingStore(core.queues.keys());
  const world = new World(store, luck.choices, startAtMs);
  const bodies = new Bodies(world);
  const told: Told = { events: [], logs: [] };
  const { busy, processes } = deploy(core, {
    world,
    functionTimeoutMs,
    disturb: disturbance(world, bodies, rules, luck),
    portsOf: ({ ports, name }) => watchedPorts(ports, bodies, keeping(world, told, name)),
  });
  const report = () => `seed ${seed}; the last of what happened:\n${world.timeline.slice(-TAIL).join('\n')}`;
  const lastRead = { id: '' };
  const waitingFor = () => (lastRead.id ? `task ${lastRead.id}` : 'something');
  const driver = new Driver({ world, bodies, busy, patienceMs, waitingFor, report });
  const client = memoryPorts(store, {
    clock: clientClock(world, driver),
    random: luck.choices,
    telemetry: keeping(world, told, 'test'),
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
