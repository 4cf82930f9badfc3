import type { Choices } from '../../src/memory/choices.ts';
import { WorldEventSource } from '../../src/memory/event-source.ts';
import { memoryPorts } from '../../src/memory/memory-ports.ts';
import { remove } from '../../src/memory/memory-queue.ts';
import { World } from '../../src/memory/world.ts';
import type { WorldProcess } from '../../src/memory/world-process.ts';
import { decode } from '../../src/message/codec.ts';
import { lostQueueOf } from '../../src/ports/queue-names.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { lostHandler } from '../../src/worker/lost.ts';
import { connectApp, type ExploredRun, exploredApp } from './explored-app.ts';
import { ExploredWatch, judgeEnds, judgeRuns } from './explored-judge.ts';
import type { Operator, WorkflowScenario } from './explored-scenario.ts';
import { WatchedStore } from './sim-watch.ts';

/** What a run left behind. */
export interface Explored {
  readonly world: World;
  readonly problems: readonly string[];
}

const SHAPE = { functionTimeoutMs: 30_000, visibilityMs: 95_000, batchSize: 10, maxConcurrency: 2 };

/** Defined once: that takes longer than some runs. */
const APP = exploredApp();

/** Runs a workflow on the real worker under the given choices, with all that its operator does, and judges it. */
export async function runWorkflow(scenario: WorkflowScenario, choices: Choices): Promise<Explored> {
  const store = new WatchedStore(['default']);
  let phase = 0;
  const world = new World(
    store,
    fromPhase(scenario.undisturbed ?? 0, () => phase, choices),
  );
  const runs: ExploredRun[] = [];
  const broken = new Set(scenario.broken ?? []);
  const { app, tasks, state } = APP;
  Object.assign(state, { broken, runs, world });
  const watch = new ExploredWatch(store, world, () => world.nowMs);
  const client = world.process('client', false);
  connectApp(app, () => client.ports);
  deploy(world, app);
  const canvas = scenario.canvas(tasks);
  let base = '';
  const problems: string[] = [];
  for (const [i, one] of scenario.phases.entries()) {
    phase = i;
    const operator = operatorOf(
      world,
      client,
      store,
      broken,
      () => base,
      (id) => app.asyncResult(id).revoke(),
    );
    await world.run(async () => {
      if (i === 0) base = (await canvas.applyAsync()).id;
      await one.act?.(operator);
    });
    const root = scenario.launched ? String(store.items.get(base)?.value) : base;
    const reader = memoryPorts(store, {
      clock: { ...client.ports.clock, now: () => world.nowMs },
      random: client.ports.random,
    });
    connectApp(app, () => reader);
    const found = await judgeEnds({ store, phase: one, root, sent: base, state: (id) => app.asyncResult(id).state() });
    connectApp(app, () => client.ports);
    problems.push(...found.map((problem) => `when all is quiet for the ${i + 1}. time: ${problem}`));
  }
  problems.push(...watch.violations, ...judgeRuns(runs));
  if (choices.script.size === 0) problems.push(...onceEach(runs));
  return { world, problems };
}

/** The choices of the phases from `first` on; until then nothing is chosen, and nothing counts as a choice. */
function fromPhase(first: number, phase: () => number, choices: Choices): Choices {
  const { script, widths } = choices;
  return {
    choose: (kind, options, at) => (phase() < first ? 0 : choices.choose(kind, options, at)),
    uint32: () => choices.uint32(),
    script,
    widths,
  };
}

/** Undisturbed, each task runs once a round and attempt. */
function onceEach(runs: readonly ExploredRun[]): string[] {
  const keys = runs.map(
    ({ id, scope: { message, attempt } }) => `${id} ${message.round} ${message.generation} ${attempt}`,
  );
  return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${key} runs twice undisturbed`);
}

function deploy(world: World, app: Parameters<typeof coreOf>[0]): void {
  const core = coreOf(app);
  new WorldEventSource(world, {
    ...SHAPE,
    queue: 'default',
    start: (ports, exit) => workerHandler(core, { ports, exit, graceMs: 0, physicalPrefix: '' }),
  });
  new WorldEventSource(world, {
    ...SHAPE,
    queue: lostQueueOf('default'),
    start: (ports) => lostHandler({ ports, physicalPrefix: '' }),
  });
}

function operatorOf(
  world: World,
  client: WorldProcess,
  store: WatchedStore,
  broken: Set<string>,
  base: () => string,
  revoke: (id: string) => Promise<void>,
): Operator {
  return {
    heal: (...names) => {
      for (const name of names) broken.delete(name);
    },
    redrive: (ids, times = 1) => {
      const [from, to] = [store.queue('default-dlq'), store.queue('default')];
      for (const dead of [...from.messages]) {
        const { id } = decode(dead.body, dead.sqsMessageId);
        if (ids && !ids.some((wanted) => id.endsWith(wanted))) continue;
        remove(from, dead);
        for (let n = 0; n < times; n++) {
          const sqsMessageId = store.nextPlace();
          const moved = { ...dead, sqsMessageId, place: sqsMessageId, receiveCount: 0, sentAtMs: world.nowMs };
          to.messages.push({ ...moved, visibleAtMs: world.nowMs, receiptHandle: undefined });
        }
      }
    },
    revoke: () => revoke(base()),
    pass: (seconds) => client.ports.clock.sleep(seconds * 1_000),
  };
}
