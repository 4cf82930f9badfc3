import { MAX_STARTS, SQS_MAX_DELAY_SECONDS } from '../../src/base/limits.ts';
import type { TaskScope } from '../../src/client/scope.ts';
import type { Choices } from '../../src/memory/choices.ts';
import { redrive, WorldEventSource } from '../../src/memory/event-source.ts';
import type { MemoryTelemetry } from '../../src/memory/memory-ports.ts';
import { World } from '../../src/memory/world.ts';
import type { WorldProcess } from '../../src/memory/world-process.ts';
import { decode } from '../../src/message/codec.ts';
import type { Message } from '../../src/message/message.ts';
import type { Broker } from '../../src/ports/broker.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';
import type { ResultBackend } from '../../src/ports/result-backend.ts';
import type { SqsHandler } from '../../src/ports/sqs-event.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { lostHandler } from '../../src/worker/lost.ts';
import { faultyClient, type Revoked, sendTask } from './sim-client.ts';
import { type BodyLog, type BodyRun, bodyLog, type SimOptions, type SimTask, simApp } from './sim-tasks.ts';
import { type Sent, Watch, WatchedStore } from './sim-watch.ts';

/** What a run left behind. */
export interface SimResult {
  readonly world: World;
  readonly log: BodyLog;
  readonly deaths: readonly Death[];
  readonly revoked: readonly (Revoked & { readonly atMs: number })[];
  readonly sent: readonly Sent[];
  /** When the invocation began in which a body ran. */
  readonly invokedAtMs: ReadonlyMap<BodyRun, number>;
  readonly items: ReadonlyMap<string, TaskItem>;
  readonly deadLetters: readonly { readonly message: Message; readonly queue: string }[];
  readonly violations: readonly string[];
  readonly events: readonly string[];
  readonly refusals: readonly string[];
}

/** A process that ended otherwise than by an injected crash. */
export interface Death {
  readonly ports: Ports;
  readonly atMs: number;
  /** Its own end at a time limit, a task that was under suspicion, or one that was not. */
  readonly by: 'exit' | 'suspect' | 'first-offender';
}

const QUEUES = ['default', 'other'];
const SHAPE = { functionTimeoutMs: 30_000, visibilityMs: 95_000, batchSize: 10, maxConcurrency: 2 };

/** Runs tasks on the real worker under the given choices; then, if asked, heals them and redrives every dead letter. */
export async function simulate(
  tasks: readonly SimTask[],
  choices: Choices,
  options: SimOptions = {},
): Promise<SimResult> {
  const store = new WatchedStore(QUEUES);
  const world = new World(store, choices);
  const refusals: string[] = [];
  store.onRefusal = (write, refused) => void refusals.push(`${write.kind}: ${refused}`);
  const workers = new Workers(world);
  const { log } = workers;
  const watch = new Watch(store, log.begun, () => world.nowMs);
  log.onBegin = (run) => {
    const running = log.begun.filter((other) => other.endedAtMs === undefined && log.alive(other.scope));
    watch.onBegin(run, running);
    workers.onBegin(run);
  };
  workers.deploy(world.nowMs + (options.brokenSeconds ?? 0) * 1_000);
  const heal = () => {
    log.healed = true;
    for (const queue of QUEUES) redrive(world, deadLetterQueueOf(queue), queue);
  };
  const revoked = await world.run(() => clients(world, tasks, heal, options));
  if (options.heal) {
    heal();
    await world.run(async () => {});
  }
  return {
    world,
    log,
    deaths: workers.deaths,
    revoked: store.revocations.flatMap(({ id, atMs }) =>
      revoked.filter((done) => done.id === id).map((done) => ({ ...done, atMs })),
    ),
    sent: watch.sent,
    invokedAtMs: workers.invokedAtMs,
    violations: [...watch.violations, ...workers.violations, ...bodyViolations(log)],
    refusals,
    items: store.items,
    deadLetters: deadLettersOf(store),
    events: workers.processes.flatMap((process) => process.telemetry.events.map(shownEvent)),
  };
}

/** Everybody outside: whoever sends and revokes, and whoever repairs and redrives while the tasks are under way. */
async function clients(
  world: World,
  tasks: readonly SimTask[],
  heal: () => void,
  { healAfterSeconds }: SimOptions,
): Promise<Revoked[]> {
  const client = faultyClient(world);
  const healEarly = async (afterSeconds: number) => {
    await client.clock.sleep(afterSeconds * 1_000);
    heal();
  };
  const sends = tasks.map((task, i) => sendTask(client, task, i));
  const [revoked] = await Promise.all([Promise.all(sends), healAfterSeconds ? healEarly(healAfterSeconds) : undefined]);
  return revoked.flat();
}

/** The processes of the workers, seen from outside: what they claim, what they leave under way, how they end. */
class Workers {
  readonly log: BodyLog;
  readonly processes: WorldProcess[] = [];
  readonly deaths: Death[] = [];
  readonly violations: string[] = [];
  readonly invokedAtMs = new Map<BodyRun, number>();
  readonly #world: World;
  readonly #processOf = new Map<Ports, WorldProcess>();
  readonly #claims = new Map<Ports, Map<string, string>>();
  readonly #invocations = new Map<Ports, number>();

  constructor(world: World) {
    this.#world = world;
    this.log = bodyLog({
      kill: (run) => this.#end(run.scope.ports, run.receiveCount > 2 ? 'suspect' : 'first-offender'),
      alive: ({ ports }) => this.#processOf.get(ports)?.alive === true,
      claimOf: (scope) => this.#claimOf(scope),
    });
  }

  deploy(repairedAtMs: number): void {
    const core = simApp(this.log);
    for (const queue of QUEUES) {
      let ports: Ports;
      new WorldEventSource(this.#world, {
        queue,
        ...SHAPE,
        start: (given, exit) => {
          const watched = this.#watched(given);
          ports = watched.ports;
          const leave = () => {
            this.#died(watched.ports, 'exit');
            exit();
          };
          const handler = workerHandler(core, { ports, exit: leave, graceMs: 0, physicalPrefix: '' });
          return this.#invoked(watched, async (event, context) => {
            if (this.#world.nowMs < repairedAtMs) throw new Error('the bundle does not load');
            return handler(event, context);
          });
        },
        onStart: (process) => {
          this.processes.push(process);
          this.#processOf.set(ports, process);
        },
      });
      new WorldEventSource(this.#world, {
        queue: lostQueueOf(queue),
        ...SHAPE,
        start: (given) => {
          const watched = this.#watched(given);
          const broker = { ...watched.ports.broker, send: this.#sendBack(watched.ports) };
          return this.#invoked(watched, lostHandler({ ports: { ...watched.ports, broker }, physicalPrefix: '' }));
        },
        onStart: (process) => this.processes.push(process),
      });
    }
  }

  onBegin(run: BodyRun): void {
    this.invokedAtMs.set(run, this.#invocations.get(run.scope.ports) ?? 0);
  }

  /** Counts the calls that are under way, and remembers each claim that was answered. */
  #watched(given: Ports): Watched {
    const watched = { underWay: 0 };
    const counted = <A extends unknown[], T>(call: (...args: A) => Promise<T>) => {
      return async (...args: A): Promise<T> => {
        watched.underWay += 1;
        try {
          return await call(...args);
        } finally {
          watched.underWay -= 1;
        }
      };
    };
    const { broker, backend } = given;
    const claims = new Map<string, string>();
    const write: ResultBackend['write'] = async (asked, known) => {
      const answer = await backend.write(asked, known);
      if (asked.kind === 'claim' && answer.written) claims.set(asked.by.id, asked.by.token);
      return answer;
    };
    const ports: Ports = {
      ...given,
      broker: {
        send: counted(broker.send),
        delete: counted(broker.delete),
        changeVisibility: counted(broker.changeVisibility),
      },
      backend: { ...backend, write: counted(write) },
    };
    this.#claims.set(ports, claims);
    return { ports, underWay: () => watched.underWay };
  }

  /** Once a function has answered, its environment freezes: what is under way then may never arrive. */
  #invoked({ ports, underWay }: Watched, handler: SqsHandler): SqsHandler {
    return async (event, context) => {
      this.#invocations.set(ports, this.#world.nowMs);
      const response = await handler(event, context);
      if (underWay() > 0) this.violations.push(`a function answers while ${underWay()} of its calls are under way`);
      return response;
    };
  }

  /** What the lost function gives back waits a quarter of an hour, or for what it said it waits for: it would come round at once. */
  #sendBack({ broker, telemetry }: Ports): Broker['send'] {
    const { events } = telemetry as MemoryTelemetry;
    const deferred = (id: string) => events.some((event) => event.kind === 'deferred' && event.id === id);
    return (queue, entries) => {
      for (const { body, delaySeconds } of entries) {
        const { id, etaMs } = decode(body, '');
        const waits = delaySeconds >= SQS_MAX_DELAY_SECONDS || etaMs !== undefined || deferred(id);
        if (QUEUES.includes(queue) && !waits) this.violations.push(`${id} was lost and is sent back at once`);
      }
      return broker.send(queue, entries);
    };
  }

  #claimOf({ ports, message }: TaskScope): string | undefined {
    const claims = this.#claims.get(ports);
    const token = claims?.get(message.id);
    claims?.delete(message.id);
    return token;
  }

  #end(ports: Ports, by: Death['by']): void {
    this.#died(ports, by);
    this.#world.crash(this.#processOf.get(ports) as WorldProcess);
  }

  #died(ports: Ports, by: Death['by']): void {
    this.deaths.push({ ports, atMs: this.#world.nowMs, by });
  }
}

interface Watched {
  readonly ports: Ports;
  readonly underWay: () => number;
}

/** An attempt is claimed and begun at most three times, at most once where that was asked for, and none is left running. */
function bodyViolations({ begun, alive }: BodyLog): string[] {
  const times = new Map<string, { times: number; most: number }>();
  for (const { id, retries, scope, token } of begun) {
    if (token === undefined) continue;
    const key = `${id} round ${scope.message.round} attempt ${retries}`;
    const most = scope.message.task === 'atMostOnce' ? 1 : MAX_STARTS;
    times.set(key, { times: (times.get(key)?.times ?? 0) + 1, most });
  }
  const often = [...times].filter(([, { times, most }]) => times > most);
  const repeated = often.map(([key, { times }]) => `${key} was begun ${times} times`);
  const left = begun.filter(({ endedAtMs, scope }) => endedAtMs === undefined && alive(scope));
  return [...repeated, ...left.map(({ id }) => `${id} is still running in a live process`)];
}

function deadLettersOf(store: WatchedStore): SimResult['deadLetters'] {
  return QUEUES.flatMap((queue) =>
    store
      .queue(deadLetterQueueOf(queue))
      .messages.map(({ body, sqsMessageId }) => ({ message: decode(body, sqsMessageId), queue })),
  );
}

function shownEvent(event: { readonly kind: string; readonly why?: string; readonly reason?: string }): string {
  return [event.kind, event.why ?? event.reason].filter(Boolean).join(': ');
}
