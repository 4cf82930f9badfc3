import type { DeadLetter } from '../operations/dead-letters.ts';
import { isEmpty, type QueueDepth } from '../operations/queue-depth.ts';
import type { QueueTools } from '../operations/queue-tools.ts';
import type { Ports } from '../ports/ports.ts';
import { lostQueueOf } from '../ports/queue-names.ts';
import { type Addresses, environmentOf } from './addresses.ts';
import type { EventSource } from './event-source.ts';
import type { EnvironmentState, LocalFunction } from './local-function.ts';
import { peakMemoryBytes } from './peak-memory.ts';

/** What runs for an app; `deploy` builds it. */
export interface LocalParts {
  readonly addresses: Addresses;
  readonly queues: readonly string[];
  readonly tools: QueueTools;
  readonly functions: Functions;
  /** By the name of the queue they poll. */
  readonly sources: ReadonlyMap<string, EventSource>;
  /** Ends the servers and gives everything else back. */
  readonly close: () => Promise<void>;
}

const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 250;

/** The functions of an app: one for the messages of all queues, and those of queues with times of their own. */
export interface Functions {
  readonly worker: LocalFunction;
  readonly own: ReadonlyMap<string, LocalFunction>;
  readonly lost: LocalFunction;
}

/** An app that runs on this machine: its queues, its functions, and ways to look at them and to break them. */
export class Local {
  readonly #parts: LocalParts;

  constructor(parts: LocalParts) {
    this.#parts = parts;
  }

  get addresses(): Addresses {
    return this.#parts.addresses;
  }

  /** The variables with which a producer, in this process or another, is at home here. */
  get env(): Readonly<Record<string, string>> {
    return environmentOf(this.#parts.addresses);
  }

  /** The ports of a tool: results, and sending without an app. */
  get ports(): Ports {
    return this.#parts.tools.ports;
  }

  /** The declared queues. */
  get queues(): readonly string[] {
    return this.#parts.queues;
  }

  /** Counts the messages of a queue; also of a lost or dead-letter queue, by its name. */
  depth(queue: string): Promise<QueueDepth> {
    return this.#parts.tools.depth(queue);
  }

  /** The dead letters of a queue; they stay there. */
  deadLetters(queue: string): Promise<readonly DeadLetter[]> {
    return this.#parts.tools.deadLetters(queue);
  }

  /** Moves dead letters back to their queue and tells how many. */
  redrive(queue: string, fits?: (letter: DeadLetter) => boolean): Promise<number> {
    return this.#parts.tools.redrive(queue, fits ? { fits } : {});
  }

  /** Every live environment of every function. */
  environments(): readonly EnvironmentState[] {
    return this.#functions().flatMap((each) => each.environments());
  }

  /**
   * Kills a busy environment with SIGKILL, as a machine that fails would.
   *
   * @returns what it was: `inFlightRecords` is how many messages come back; nothing if none is busy
   */
  killOne(functionName: string = this.#parts.functions.worker.name): EnvironmentState | undefined {
    const busy = this.environments().find((each) => each.busy && each.functionName === functionName);
    if (busy) process.kill(busy.pid, 'SIGKILL');
    return busy;
  }

  /** Lets Lambda refuse the next invocations of a queue: the messages come back after their visibility timeout. */
  throttle(queue: string, invocations: number): void {
    this.#parts.sources.get(queue)?.throttle(invocations);
  }

  /** Deploys another worker bundle: idle environments are replaced now, busy ones after their invocation. */
  swap(workerBundle: string): void {
    const { worker, own } = this.#parts.functions;
    for (const each of [worker, ...own.values()]) each.swap(workerBundle);
  }

  /** Largest memory of this process and of the functions together; the embedded servers are not counted. */
  peakMemoryBytes(): number {
    return this.#functions().reduce((sum, each) => sum + each.peakBytes, peakMemoryBytes());
  }

  /** Resolves once no work or lost queue holds a message, visible, delayed or in flight, and nothing runs. */
  async drained(): Promise<void> {
    const names = this.queues.flatMap((queue) => [queue, lostQueueOf(queue)]);
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 2, LAST_LOOK_MS)) {
      const depths = await Promise.all(names.map((name) => this.depth(name)));
      if (depths.every(isEmpty) && [...this.#parts.sources.values()].every(({ quiet }) => quiet)) return;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** Ends everything at once; leaves no process and no port. What ran comes back to nobody: the queues are gone. */
  async stop(): Promise<void> {
    for (const source of this.#parts.sources.values()) source.stop();
    await Promise.all([...this.#functions().map((each) => each.stop()), this.#parts.close()]);
  }

  #functions(): readonly LocalFunction[] {
    const { worker, own, lost } = this.#parts.functions;
    return [worker, ...own.values(), lost];
  }
}
