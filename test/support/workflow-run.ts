import type { Json } from '../../src/base/json.ts';
import { connect } from '../../src/client/connection.ts';
import type { TaskScope } from '../../src/client/scope.ts';
import type { Choices } from '../../src/memory/choices.ts';
import { WorldEventSource } from '../../src/memory/event-source.ts';
import { memoryPorts } from '../../src/memory/memory-ports.ts';
import type { MemoryStore } from '../../src/memory/store.ts';
import { World, WorldError } from '../../src/memory/world.ts';
import type { WorldProcess } from '../../src/memory/world-process.ts';
import { decode } from '../../src/message/codec.ts';
import type { Message } from '../../src/message/message.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { lostHandler } from '../../src/worker/lost.ts';
import { WatchedStore } from './sim-watch.ts';
import type { WfCase } from './workflow-generate.ts';
import { build, type Launched, QUEUES, type WfRun, wfApp, writeTo } from './workflow-tasks.ts';
import { WfWatch } from './workflow-watch.ts';

/** How a run stood when nothing was left to do. */
export interface Stand {
  readonly items: ReadonlyMap<string, TaskItem>;
  readonly dead: readonly Message[];
  /** How many runs there had been. */
  readonly runs: number;
  readonly launched: readonly Launched[];
}

/** What a run left behind. */
export interface WfResult {
  readonly id: string;
  readonly world: World;
  readonly store: MemoryStore;
  readonly watch: WfWatch;
  readonly runs: readonly WfRun[];
  /** Before anything was redriven. */
  readonly first: Stand;
  readonly last: Stand;
  /** How often dead letters were redriven. */
  readonly waves: number;
  readonly events: readonly string[];
  /** Ports that answer at once, for looking at it. */
  readonly ports: Ports;
}

const SHAPE = { functionTimeoutMs: 30_000, visibilityMs: 95_000, batchSize: 10, maxConcurrency: 2 };
/** More waves of redrives than faults could make necessary. */
const MAX_WAVES = 20;
const core = coreOf(wfApp);

/**
 * Launches a workflow on the real worker under the given choices; then, if asked, repairs it and redrives its dead letters.
 *
 * @param nextPhase  called before dead letters are redriven
 */
export async function runWorkflow(
  wfCase: WfCase,
  choices: Choices,
  nextPhase: () => void = () => {},
): Promise<WfResult> {
  const run = new Run(choices);
  const id = await run.world.run(() =>
    wfCase.after === 'heal-early' ? run.launchAndHeal(wfCase) : run.launch(wfCase),
  );
  const first = run.stand();
  let waves = 0;
  if (wfCase.after !== 'nothing') {
    nextPhase();
    if (wfCase.after === 'redrive-heal') waves += await run.wave();
    run.log.healed = true;
    while (run.hasDead()) {
      waves += await run.wave();
      if (waves > MAX_WAVES) throw new WorldError('dead letters come back for ever', run.world);
    }
  }
  return run.result(id, first, waves);
}

class Run {
  readonly store: WatchedStore = new WatchedStore(QUEUES);
  readonly world: World;
  readonly runs: WfRun[] = [];
  readonly launched: Launched[] = [];
  readonly log = { healed: false, launched: this.launched, onBegin: (run: WfRun): void => this.#onBegin(run) };
  readonly #watch: WfWatch;
  readonly #workers: WorldProcess[] = [];
  readonly #processOf = new Map<Ports, WorldProcess>();
  readonly #claims = new Map<Ports, Map<string, string>>();
  readonly #tokens = new Map<TaskScope, string | undefined>();
  readonly #claimed = new Map<WfRun, string>();

  constructor(choices: Choices) {
    this.world = new World(this.store, choices);
    this.#watch = new WfWatch(this.store, () => this.world.nowMs);
    this.store.onSend = (_queue, { body }) => this.#watch.onSend(decode(body, ''));
    writeTo(this.log);
    for (const queue of QUEUES) this.#deploy(queue);
  }

  #deploy(queue: string): void {
    let ports: Ports;
    new WorldEventSource(this.world, {
      ...SHAPE,
      queue,
      start: (given, exit) => {
        ports = this.#claiming(given);
        return workerHandler(core, { ports, exit, graceMs: 0, physicalPrefix: '' });
      },
      onStart: (process) => {
        this.#workers.push(process);
        this.#processOf.set(ports, process);
      },
    });
    new WorldEventSource(this.world, {
      ...SHAPE,
      queue: lostQueueOf(queue),
      start: (given) => lostHandler({ ports: given, physicalPrefix: '' }),
      onStart: (process) => void this.#workers.push(process),
    });
  }

  /** Remembers each claim that was answered, until the body begins that it was made for. */
  #claiming(given: Ports): Ports {
    const claims = new Map<string, string>();
    const { backend } = given;
    const write: Ports['backend']['write'] = async (asked, known) => {
      const answer = await backend.write(asked, known);
      if (asked.kind === 'claim' && answer.written) claims.set(asked.by.id, asked.by.token);
      return answer;
    };
    const ports = { ...given, backend: { ...backend, write } };
    this.#claims.set(ports, claims);
    return ports;
  }

  /** What succeeded does not run again, and a claimed run is alone. */
  #onBegin(run: WfRun): void {
    const { message } = run.scope;
    const token = this.#tokenOf(run);
    if (token !== undefined) {
      const beside = [...this.#claimed].some(
        ([other, of]) =>
          other.id === run.id && of !== token && !other.ended && this.#processOf.get(other.scope.ports)?.alive === true,
      );
      if (beside) this.#watch.report(run.id, 'runs twice at once, claimed both times');
      this.#claimed.set(run, token);
    } else if (
      message.input &&
      'group' in message.input &&
      message.input.size > 0 &&
      message.parent === message.input.group
    ) {
      this.#watch.report(run.id, 'is sent by a barrier and runs without a claim');
    }
    // within a round a run may begin just as another delivery stores its success; a claim is refused then, which the watch sees
    const item = this.store.read(run.id, this.world.nowMs);
    if (item?.state === 'SUCCESS' && item.round < message.round) {
      this.#watch.report(run.id, `runs in round ${message.round} although it has succeeded in round ${item.round}`);
    }
    if (token === undefined && message.round > 0) this.#watch.report(run.id, 'runs in a later round without a claim');
    this.runs.push(run);
  }

  /** The claim that a delivery was begun with; of a map all runs have the same. */
  #tokenOf({ scope, id }: WfRun): string | undefined {
    if (this.#tokens.has(scope)) return this.#tokens.get(scope);
    const claims = this.#claims.get(scope.ports);
    this.#tokens.set(scope, claims?.get(id));
    claims?.delete(id);
    return this.#tokens.get(scope);
  }

  /** A client sends it, and if it dies or gets no answer, does it again under the same id. */
  async launch({ wf, client, given }: WfCase): Promise<string> {
    const { clock } = this.world.process('somebody', false).ports;
    const missing = given === undefined ? [] : [given];
    const options = client === 'mortal' ? { taskId: 'workflow' } : {};
    for (let tries = 1; ; tries++) {
      const process = this.world.process(`client#${tries}`, client === 'mortal');
      connect(core, () => process.ports);
      const dead = new Promise<undefined>((resolve) => {
        process.onCrash = () => resolve(undefined);
      });
      const sent = build(wf).applyAsync(missing, options);
      const refused = (error: Error & { code?: string }) => {
        if (client === 'steady' || (error.code !== undefined && error.code !== 'SEND_FAILED')) throw error;
      };
      const handle = await Promise.race([dead, sent.catch(refused)]);
      if (handle) return handle.id;
      this.world.count(process.alive ? 'client got no answer and sends again' : 'client died and sends again');
      await clock.sleep(500);
    }
  }

  /** Somebody repairs what fails while the workflow is under way, and redrives whatever is dead by then, again and again. */
  async launchAndHeal(wfCase: WfCase): Promise<string> {
    const { clock } = this.world.process('operator', false).ports;
    const { uint32 } = this.world.choices;
    const healing = async () => {
      for (let times = 1 + (uint32() % 6); times > 0; times--) {
        await clock.sleep(500 * (uint32() % 12));
        this.log.healed ||= uint32() % 2 === 0;
        this.#redriveSome();
      }
    };
    const [id] = await Promise.all([this.launch(wfCase), healing()]);
    return id;
  }

  hasDead(): boolean {
    return QUEUES.some((queue) => this.store.queue(deadLetterQueueOf(queue)).messages.length > 0);
  }

  stand(): Stand {
    const { runs, store, launched } = this;
    return {
      items: new Map(store.items),
      dead: QUEUES.flatMap((queue) =>
        store.queue(deadLetterQueueOf(queue)).messages.map(({ body, sqsMessageId }) => decode(body, sqsMessageId)),
      ),
      runs: runs.length,
      launched: [...launched],
    };
  }

  /** Moves some dead letters back, in any order, and perhaps more of them while those are under way. */
  async wave(): Promise<number> {
    const { world } = this;
    const { clock } = world.process('operator', false).ports;
    await world.run(async () => {
      this.#redriveSome();
      if (world.choices.uint32() % 3 > 0) return;
      await clock.sleep(1_000 * (1 + (world.choices.uint32() % 8)));
      this.#redriveSome();
    });
    return 1;
  }

  #redriveSome(): void {
    const { uint32 } = this.world.choices;
    const all = QUEUES.flatMap((queue) =>
      this.store.queue(deadLetterQueueOf(queue)).messages.map((message) => ({ message, queue, place: uint32() })),
    );
    const some = uint32() % 2 === 0 ? all.length : 1 + (uint32() % Math.max(1, all.length));
    for (const { message, queue } of all.sort((a, b) => a.place - b.place).slice(0, some)) {
      const { messages } = this.store.queue(deadLetterQueueOf(queue));
      messages.splice(messages.indexOf(message), 1);
      this.world.note(`${message.sqsMessageId} is redriven to ${queue}`);
      this.store
        .queue(queue)
        .messages.push({ ...message, visibleAtMs: this.world.nowMs, receiveCount: 0, receiptHandle: undefined });
    }
  }

  result(id: string, first: Stand, waves: number): WfResult {
    const { world, store, runs } = this;
    const { clock, telemetry } = world.process('reader', false).ports;
    return {
      id,
      world,
      store,
      runs,
      first,
      waves,
      last: this.stand(),
      watch: this.#watch,
      events: this.#workers.flatMap((process) => process.telemetry.events.map(shownEvent)),
      ports: memoryPorts(store, { clock, telemetry, random: world.choices }),
    };
  }
}

/** The input of the last run of a task. */
export function lastInput(runs: readonly WfRun[], id: string): Json | undefined {
  return runs.findLast((run) => run.id === id)?.input;
}

function shownEvent(event: { readonly kind: string; readonly why?: string; readonly reason?: string }): string {
  return [event.kind, event.why ?? event.reason].filter(Boolean).join(': ');
}
