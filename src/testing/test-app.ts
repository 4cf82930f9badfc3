import { type Duration, durationMs } from '../base/durations.ts';
import { connect } from '../client/connection.ts';
import { currentTask } from '../client/scope.ts';
import { redrive } from '../memory/event-source.ts';
import { deadLetterQueueOf } from '../ports/queue-names.ts';
import type { LogLine, TaskEvent } from '../ports/telemetry.ts';
import type { AppCore } from '../task/app-core.ts';
import { expectNotSent, expectSent } from './expect-sent.ts';
import { type DeadLetter, deadLetterOf, type Lying, lyingOf, type Sent } from './messages.ts';
import { readTestOptions, type TestOptions } from './options.ts';
import { stageOf } from './stage.ts';
import { TestError } from './test-error.ts';
import type { At } from './told.ts';

/** A task, or its name. */
export type TaskOrName = string | { readonly name: string };

/** An app in a test: on queues and a table in memory, in virtual time. */
export interface TestApp<Queue extends string = string> extends Disposable, AsyncDisposable {
  /** The virtual time. */
  readonly now: Date;
  readonly seed: number;

  /**
   * Runs workers until nothing is due now; what is due later (delays, retries with a backoff) waits.
   *
   * @throws {TestError} a body awaits for longer than `patience` what is not Celeriac's; the run does not end
   */
  drain(): Promise<void>;
  /** Lets virtual time pass, and everything run when it is due. @throws what `drain` throws */
  advance(time: Duration): Promise<void>;
  /** Lets virtual time pass until no queue holds anything. @throws what `drain` throws; {TestError} after a month */
  finish(): Promise<void>;
  /** Takes virtual time: for mocks, inside a task's body; elsewhere as `advance`. @throws the signal's reason */
  sleep(time: Duration, signal?: AbortSignal): Promise<void>;

  /** Every send, of one task or of all, the first one first. What retries, redeliveries and redrives send anew is no send. */
  sent(task?: TaskOrName): readonly Sent[];
  /**
   * The sends of a task, with these arguments if any are given; these may hold matchers such as `expect.anything()`.
   *
   * @throws {TestError} there is none
   */
  expectSent(task: TaskOrName, args?: readonly unknown[]): readonly Sent[];
  /** @throws {TestError} it was sent, with these arguments if any are given */
  expectNotSent(task: TaskOrName, args?: readonly unknown[]): void;

  /** What lies in a queue, also what waits and what is being run. */
  queue(name: Queue): readonly Lying[];
  /** The dead letters of a queue, or of all. */
  deadLetters(queue?: Queue): readonly DeadLetter[];
  /** Moves the dead letters of a queue, or of all, back to it, where they run with the next step. @returns how many */
  redrive(queue?: Queue): number;
  /** Puts a body on a queue as another service would: a text as it is, anything else as JSON. */
  enqueue(queue: Queue, body: unknown): void;

  /** What happened to tasks, in order. */
  events(): readonly At<TaskEvent>[];
  /** Lines that tasks and workers logged, in order. */
  logs(): readonly At<LogLine>[];
  /** The seed, and the last sixty lines of everything that happened. */
  report(): string;

  /** Ends everything that runs, and connects the app as it was before. */
  close(): void;
}

/** Connects an app to a new world, until the test closes it or another one takes it. */
export function testApp(core: AppCore, options: TestOptions): TestApp {
  const settings = readTestOptions(options, core.registry);
  OPEN.get(core)?.close();
  const stage = stageOf(core, settings);
  const { world, store, driver, report } = stage;
  const disconnect = connect(core, () => stage.client);
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    if (OPEN.get(core) === test) OPEN.delete(core);
    disconnect();
    stage.strike(CLOSED());
  };
  const ifOpen =
    <Args extends unknown[], T>(act: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      if (!open) throw CLOSED();
      return act(...args);
    };
  const queuesOf = (queue: string | undefined) => (queue === undefined ? [...core.queues.keys()] : [queue]);
  const sent = (task?: TaskOrName) =>
    [...store.sends.values()].filter((send) => task === undefined || send.task === nameOf(task));
  const test: TestApp = {
    get now() {
      return new Date(world.nowMs);
    },
    seed: settings.seed,
    drain: ifOpen(() => driver.drain()),
    advance: ifOpen((time: Duration) => driver.advance(durationMs(time, 'time'))),
    finish: ifOpen(() => driver.finish()),
    sleep: ifOpen((time: Duration, signal?: AbortSignal) => {
      const { sleep } = (currentTask.getStore()?.ports ?? stage.client).clock;
      return sleep(durationMs(time, 'time'), signal);
    }),
    sent,
    expectSent: (task, args) => expectSent(sent(), nameOf(task), args, report()),
    expectNotSent: (task, args) => expectNotSent(sent(), nameOf(task), args, report()),
    queue: (name) => store.queue(name).messages.map((message) => lyingOf(message, name)),
    deadLetters: (queue) =>
      queuesOf(queue).flatMap((name) =>
        store.queue(deadLetterQueueOf(name)).messages.map((message) => deadLetterOf(message, name)),
      ),
    redrive: (queue) => queuesOf(queue).reduce((sum, name) => sum + redrive(world, deadLetterQueueOf(name), name), 0),
    enqueue: (queue, body) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      store.send(queue, { body: text, delaySeconds: 0 }, world.nowMs);
    },
    events: () => stage.events,
    logs: () => stage.logs,
    report,
    close,
    [Symbol.dispose]: close,
    [Symbol.asyncDispose]: async () => close(),
  };
  OPEN.set(core, test);
  return test;
}

const CLOSED = () => new TestError('this test app is closed');

/** The open test app of each app: there is one world at a time. */
const OPEN = new WeakMap<AppCore, TestApp>();

function nameOf(task: TaskOrName): string {
  return typeof task === 'string' ? task : task.name;
}
