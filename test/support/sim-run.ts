import type { Json } from '../../src/base/json.ts';
import { MAX_STARTS } from '../../src/base/limits.ts';
import { isEnd } from '../../src/base/states.ts';
import { sendBody } from '../../src/client/outbox.ts';
import type { TaskScope } from '../../src/client/scope.ts';
import type { Choices } from '../../src/memory/choices.ts';
import { redrive, WorldEventSource } from '../../src/memory/event-source.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { World, type WorldProcess } from '../../src/memory/world.ts';
import { decode, encode } from '../../src/message/codec.ts';
import { MESSAGE_DEFAULTS, type Message } from '../../src/message/message.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';
import { present, type TaskItem } from '../../src/protocol/item.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { lostHandler } from '../../src/worker/lost.ts';
import { type BodyLog, bodyLog, type Plan, type POLICIES, simApp } from './sim-tasks.ts';

/** One task of a simulation. */
export interface SimTask {
  readonly policy: keyof typeof POLICIES;
  readonly plan: Plan;
  readonly delaySeconds?: number;
  readonly expiresSeconds?: number;
  /** Revoked by a client of its own, so many seconds after the start. */
  readonly revokeAfterSeconds?: number;
  /** Sent twice by the user, under the same id. */
  readonly twice?: boolean;
}

/** What a run left behind. */
export interface SimResult {
  readonly world: World;
  readonly log: BodyLog;
  readonly items: ReadonlyMap<string, TaskItem>;
  readonly deadLetters: readonly {
    readonly message: Message;
    readonly reason: string | undefined;
    readonly queue: string;
  }[];
  readonly violations: readonly string[];
  readonly events: readonly string[];
  readonly refusals: readonly string[];
}

/** What happens around the tasks. */
export interface SimOptions {
  /** In the end their causes are repaired and every dead letter is moved back. */
  readonly heal?: boolean;
  /** The same already while they are under way, so many seconds after the start. */
  readonly healAfterSeconds?: number;
  /** The bundle does not load so long. */
  readonly brokenSeconds?: number;
}

const QUEUES = ['default', 'other'];
const FUNCTION_TIMEOUT_MS = 30_000;
const VISIBILITY_MS = 95_000;

/** Runs tasks on the real worker under the given choices; then, if asked, heals them and redrives every dead letter. */
export async function simulate(
  tasks: readonly SimTask[],
  choices: Choices,
  options: SimOptions = {},
): Promise<SimResult> {
  const store = new MemoryStore(QUEUES);
  const world = new World(store, choices);
  const violations: string[] = [];
  const refusals: string[] = [];
  const all: WorldProcess[] = [];
  const processOf = (scope: TaskScope) => all.find((process) => process.ports === scope.ports);
  const log = bodyLog({
    kill: (scope) => world.crash(processOf(scope) as WorldProcess),
    alive: (scope) => processOf(scope)?.alive === true,
  });
  store.onWrite = (write, before, after) => {
    const violation = forbiddenChange(present(before, world.nowMs), after, write.kind);
    if (violation) violations.push(`${write.by.id}: ${violation}`);
  };
  store.onRefusal = (write, refused) => void refusals.push(`${write.kind}: ${refused}`);
  const repairedAtMs = world.nowMs + (options.brokenSeconds ?? 0) * 1_000;
  deploy(world, log, all, repairedAtMs);
  const client = world.process('client', false);
  const heal = () => {
    log.healed = true;
    for (const queue of QUEUES) redrive(world, deadLetterQueueOf(queue), queue);
  };
  const healEarly = async (afterSeconds: number) => {
    await client.ports.clock.sleep(afterSeconds * 1_000);
    heal();
  };
  await world.run(async () => {
    const sends = tasks.map((task, i) => sendTask(client, task, i));
    await Promise.all([...sends, ...(options.healAfterSeconds ? [healEarly(options.healAfterSeconds)] : [])]);
  });
  if (options.heal) {
    heal();
    await world.run(async () => {});
  }
  violations.push(...log.overlaps, ...bodyViolations(log));
  return {
    world,
    log,
    violations,
    refusals,
    items: store.items,
    deadLetters: deadLettersOf(store),
    events: all.flatMap((process) => process.telemetry.events.map(shownEvent)),
  };
}

/** The id of the i-th task of a run. */
export function idOf(i: number): string {
  return `task-${i}`;
}

function deploy(world: World, log: BodyLog, all: WorldProcess[], repairedAtMs: number): void {
  const core = simApp(log);
  for (const queue of QUEUES) {
    const shape = {
      functionTimeoutMs: FUNCTION_TIMEOUT_MS,
      visibilityMs: VISIBILITY_MS,
      batchSize: 10,
      maxConcurrency: 2,
    };
    new WorldEventSource(world, {
      queue,
      ...shape,
      start: (ports, exit) => {
        const handler = workerHandler(core, { ports, exit, graceMs: 0, physicalPrefix: '' });
        return async (event, context) => {
          if (world.nowMs < repairedAtMs) throw new Error('the bundle does not load');
          return handler(event, context);
        };
      },
      onStart: (process) => all.push(process),
    });
    new WorldEventSource(world, {
      queue: lostQueueOf(queue),
      ...shape,
      start: (ports) => lostHandler({ ports, physicalPrefix: '' }),
      onStart: (process) => all.push(process),
    });
  }
}

async function sendTask(client: WorldProcess, task: SimTask, i: number): Promise<void> {
  const { ports } = client;
  const { clock, backend } = ports;
  const id = idOf(i);
  const copies = task.twice ? 2 : 1;
  for (let copy = 0; copy < copies; copy++) {
    const message: Message = {
      ...MESSAGE_DEFAULTS,
      id,
      copy: `copy-${i}-${copy}`,
      root: id,
      task: task.policy,
      args: [task.plan as unknown as Json],
      ...(task.delaySeconds ? { etaMs: clock.now() + task.delaySeconds * 1_000 } : {}),
      ...(task.expiresSeconds !== undefined ? { expiresAtMs: clock.now() + task.expiresSeconds * 1_000 } : {}),
      again: task.twice === true,
    };
    await sendBody(ports, 'default', { body: encode(message), delaySeconds: Math.min(900, task.delaySeconds ?? 0) });
  }
  if (task.revokeAfterSeconds === undefined) return;
  await clock.sleep(task.revokeAfterSeconds * 1_000);
  const expiresAtMs = clock.now() + 86_400_000 * 15;
  const stamped = await backend.write({ kind: 'stamp', by: { id, nowMs: clock.now(), expiresAtMs } });
  if (stamped.written) await backend.addRevocation({ id, atMs: clock.now(), expiresAtMs });
}

/** Terminal states never change within a round, and SUCCESS never at all. */
function forbiddenChange(before: TaskItem | undefined, after: TaskItem, kind: string): string | undefined {
  if (!before || kind === 'forget') return undefined;
  if (before.state === 'SUCCESS') return `SUCCESS became ${after.state} by ${kind}`;
  if (isEnd(before.state) && after.round <= before.round) return `${before.state} became ${after.state} by ${kind}`;
  if (after.round < before.round) return `round ${before.round} became ${after.round} by ${kind}`;
  if (after.round === before.round && after.generation < before.generation) return `generation went back by ${kind}`;
  if (after.round === before.round && after.attempt < before.attempt && !isEnd(after.state))
    return `attempt went back by ${kind}`;
  return undefined;
}

/** An attempt is claimed and begun at most three times, at most once where that was asked for, and none is left running. */
function bodyViolations(log: BodyLog): string[] {
  const begun = new Map<string, { times: number; most: number }>();
  for (const { id, retries, scope } of log.begun) {
    if (!scope.again) continue;
    const key = `${id} round ${scope.message.round} attempt ${retries}`;
    const most = scope.message.task === 'atMostOnce' ? 1 : MAX_STARTS;
    begun.set(key, { times: (begun.get(key)?.times ?? 0) + 1, most });
  }
  const often = [...begun].filter(([, { times, most }]) => times > most);
  const repeated = often.map(([key, { times }]) => `${key} was begun ${times} times`);
  const left = log.begun.filter(({ scope }) => !log.ended.has(scope) && log.alive(scope));
  return [...repeated, ...left.map(({ id }) => `${id} is still running in a live process`)];
}

function deadLettersOf(store: MemoryStore): SimResult['deadLetters'] {
  return QUEUES.flatMap((queue) =>
    store.queue(deadLetterQueueOf(queue)).messages.map(({ body, sqsMessageId, attributes }) => ({
      message: decode(body, sqsMessageId),
      reason: attributes.reason,
      queue,
    })),
  );
}

function shownEvent(event: { readonly kind: string; readonly why?: string; readonly reason?: string }): string {
  return [event.kind, event.why ?? event.reason].filter(Boolean).join(': ');
}
