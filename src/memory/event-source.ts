import type { Ports } from '../ports/ports.ts';
import type { SqsEvent, SqsHandler, SqsRecord } from '../ports/sqs-event.ts';
import {
  deleteByHandle,
  deliverTwice,
  duplicate,
  type MemoryQueue,
  receive,
  remove,
  type StoredMessage,
  visible,
} from './memory-queue.ts';
import type { Step, StepSource, World } from './world.ts';
import type { WorldProcess } from './world-process.ts';

/** What is deployed on a queue. */
export interface Deployment {
  readonly queue: string;
  /** Makes the handler in a process of its own; its memory dies with the process. */
  readonly start: (ports: Ports, exit: () => void, process: WorldProcess) => SqsHandler;
  readonly functionTimeoutMs: number;
  readonly visibilityMs: number;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  /** Sees each process that is started for it. */
  readonly onStart?: (process: WorldProcess) => void;
}

/** What may go wrong with one receive. */
type ReceiveFault =
  | 'none'
  /** Delivered once more, as if for the first time. */
  | 'duplicate-uncounted'
  /** Delivered once more, with a higher receive count. */
  | 'duplicate-counted'
  /** Delivered to two at a time, of whom the first that deletes it deletes it for both. */
  | 'delivered-twice'
  /** Received, but never handed to the function. */
  | 'throttled'
  /** The message that came last, alone. */
  | 'last-first';
const RECEIVE_FAULTS: readonly ReceiveFault[] = [
  'none',
  'duplicate-uncounted',
  'duplicate-counted',
  'delivered-twice',
  'throttled',
  'last-first',
];

const RECEIVE = { name: 'receive', faults: RECEIVE_FAULTS };
const RECEIVE_ONE = { name: 'receive', faults: RECEIVE_FAULTS.filter((fault) => fault !== 'last-first') };

interface Environment {
  readonly process: WorldProcess;
  readonly handler: SqsHandler;
  busy: boolean;
}

/** Lambda's event source mapping in a world: batches, concurrency, partial failures, throttling, function timeouts. */
export class WorldEventSource implements StepSource {
  readonly #world: World;
  readonly #deployment: Deployment;
  readonly #queue: MemoryQueue;
  #environments: Environment[] = [];
  #started = 0;

  constructor(world: World, deployment: Deployment) {
    this.#world = world;
    this.#deployment = deployment;
    this.#queue = world.store.queue(deployment.queue);
    world.addSource(this);
  }

  steps(): readonly Step[] {
    if (this.busy() >= this.#deployment.maxConcurrency) return [];
    const found = visible(this.#queue, this.#world.nowMs);
    if (found.length === 0) return [];
    return [{ label: `receive from ${this.#queue.name}`, take: () => this.#receive(found) }];
  }

  nextAtMs(): number | undefined {
    const later = this.#queue.messages.map((message) => message.visibleAtMs).filter((at) => at > this.#world.nowMs);
    return later.length > 0 ? Math.min(...later) : undefined;
  }

  quiet(): boolean {
    return this.#queue.messages.length === 0 && this.busy() === 0;
  }

  /** How many of its functions are running. */
  busy(): number {
    return this.#environments.filter((environment) => environment.busy).length;
  }

  #receive(found: readonly StoredMessage[]): void {
    const world = this.#world;
    const at = found.length > 1 ? RECEIVE : RECEIVE_ONE;
    const fault = RECEIVE_FAULTS[world.choices.choose('fault', at.faults.length, at)] ?? 'none';
    world.count(`receive: ${fault}`);
    const batch = fault === 'last-first' ? found.slice(-1) : found.slice(0, this.#deployment.batchSize);
    const again = () => {
      for (const message of batch) duplicate(this.#queue, message, world.store.nextPlace(), world.nowMs);
    };
    if (fault === 'duplicate-uncounted') again();
    if (fault === 'delivered-twice') {
      for (const message of batch) deliverTwice(this.#queue, message, world.store.nextPlace(), world.nowMs);
    }
    const records = batch.map((message) => this.#record(message));
    if (fault === 'duplicate-counted') again();
    world.note(
      `receive from ${this.#queue.name}: ${batch.map(shown).join(', ')}${fault === 'none' ? '' : `  [${fault}]`}`,
    );
    if (fault !== 'throttled') this.#invoke({ Records: records });
  }

  #record(message: StoredMessage): SqsRecord {
    const receiptHandle = receive(message, this.#deployment.visibilityMs, this.#world.nowMs);
    return {
      messageId: message.sqsMessageId,
      receiptHandle,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAtMs),
      },
      messageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, stringValue]) => [name, { stringValue }]),
      ),
      eventSourceARN: `arn:aws:sqs:memory:000000000000:${this.#queue.name}`,
    };
  }

  #invoke(event: SqsEvent): void {
    const environment = this.#environments.find((idle) => !idle.busy) ?? this.#start();
    const { process, handler } = environment;
    const deadlineMs = this.#world.nowMs + this.#deployment.functionTimeoutMs;
    const timeOut = () => this.#timeOut(process);
    const cancel = this.#world.startTimer({ process, atMs: deadlineMs, run: timeOut, awaited: false });
    environment.busy = true;
    const context = { getRemainingTimeInMillis: () => deadlineMs - this.#world.nowMs };
    handler(event, context).then(
      (response) => {
        const failures = new Set(response.batchItemFailures.map((failure) => failure.itemIdentifier));
        const respond = () => {
          cancel();
          environment.busy = false;
          for (const { messageId, receiptHandle } of event.Records) {
            if (!failures.has(messageId)) deleteByHandle(this.#queue, receiptHandle);
          }
        };
        process.step('respond', respond, ['none', 'crash-before']);
      },
      (error: unknown) => {
        this.#world.note(`${process.name} throws ${String(error)}`);
        this.#world.count('handler threw');
        cancel();
        environment.busy = false;
      },
    );
  }

  #timeOut(process: WorldProcess): void {
    this.#world.count('function timeout');
    this.#world.crash(process);
  }

  #start(): Environment {
    this.#started += 1;
    const process = this.#world.process(`${this.#queue.name}#${this.#started}`, true);
    const handler = this.#deployment.start(process.ports, () => this.#world.crash(process), process);
    const environment = { process, handler, busy: false };
    this.#deployment.onStart?.(process);
    process.onCrash = () => {
      this.#environments = this.#environments.filter((other) => other !== environment);
    };
    this.#environments.push(environment);
    return environment;
  }
}

/** Moves every message of a dead-letter queue back to its work queue, as any redrive tool does. */
export function redrive(world: World, from: string, to: string): number {
  const [source, target] = [world.store.queue(from), world.store.queue(to)];
  const moved = [...source.messages];
  for (const message of moved) {
    remove(source, message);
    target.messages.push({ ...message, visibleAtMs: world.nowMs, receiptHandle: undefined });
  }
  return moved.length;
}

function shown(message: StoredMessage): string {
  return `${message.sqsMessageId}(${message.receiveCount})`;
}
