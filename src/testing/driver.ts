import { currentTask } from '../client/scope.ts';
import type { World } from '../memory/world.ts';
import type { Bodies, Body } from './bodies.ts';
import { pause, realNowMs, turn } from './real-time.ts';
import { TestError } from './test-error.ts';

/** What a driver drives. */
export interface Drive {
  readonly world: World;
  readonly bodies: Bodies;
  /** How many functions are running. */
  readonly busy: () => number;
  /** Real time for which a body may await what is outside of the world. */
  readonly patienceMs: number;
  /** What the client waits for, for an error. */
  readonly waitingFor: () => string;
  /** Adds seed and timeline to an error's text. */
  readonly report: () => string;
}

/** Until when a world is to go on, and how far it may let time pass for that. */
interface Goal {
  readonly kind: 'due' | 'quiet' | 'time';
  readonly untilMs: number;
  /** A client's, that asks again after it. */
  readonly pause: boolean;
  readonly reached: () => void;
  readonly failed: (error: unknown) => void;
}

/** Steps after which a run counts as endless. */
const MAX_STEPS = 1_000_000;
/** How long virtual time passes for a client that waits while nothing can happen any more. */
const IDLE_MS = 3_600_000;
/** How long virtual time passes at most until all queues are empty. */
const LONGEST_MS = 31 * 86_400_000;
/** Turns of the event loop before the waiting for something outside takes pauses. */
const BUSY_TURNS = 50;

/** Takes the steps of a world as long as somebody waits for it: one loop, whoever and however many they are. */
export class Driver {
  readonly #drive: Drive;
  readonly #goals: Set<Goal> = new Set();
  #loops = false;
  #idleSinceMs: number | undefined;

  constructor(drive: Drive) {
    this.#drive = drive;
  }

  /** Goes on until nothing is due now. */
  drain(): Promise<void> {
    return this.#reach('due', Number.POSITIVE_INFINITY);
  }

  /** Goes on for a time. */
  advance(byMs: number): Promise<void> {
    return this.#reach('time', this.#drive.world.nowMs + byMs);
  }

  /** Goes on until no queue holds anything. */
  finish(): Promise<void> {
    return this.#reach('quiet', this.#drive.world.nowMs + LONGEST_MS);
  }

  /** The pause of a client, which asks again after it. */
  sleep(byMs: number, signal?: AbortSignal): Promise<void> {
    return this.#reach('time', this.#drive.world.nowMs + byMs, { pause: true, signal });
  }

  /** Lets everybody who waits fail. */
  stop(error: Error): void {
    for (const goal of this.#goals) this.#fail(goal, error);
  }

  #fail(goal: Goal, error: Error): void {
    this.#goals.delete(goal);
    goal.failed(error);
  }

  async #reach(
    kind: Goal['kind'],
    untilMs: number,
    options: { pause?: boolean; signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    const { pause = false, signal } = options;
    if (currentTask.getStore()) throw new TestError('a task is running here; only a test lets time pass');
    signal?.throwIfAborted();
    let goal: Goal | undefined;
    const abort = () => goal?.failed(signal?.reason);
    try {
      await new Promise<void>((reached, failed) => {
        goal = { kind, untilMs, pause, reached, failed };
        this.#goals.add(goal);
        signal?.addEventListener('abort', abort, { once: true });
        if (!this.#loops) void this.#loop();
      });
    } finally {
      signal?.removeEventListener('abort', abort);
      if (goal) this.#goals.delete(goal);
    }
  }

  /** Ends when nobody waits any more. Never rejects: an error goes to all who wait. */
  async #loop(): Promise<void> {
    this.#loops = true;
    try {
      for (let steps = 0; this.#goals.size > 0; steps++) {
        if (steps > MAX_STEPS) throw this.#error(`the run does not end: ${MAX_STEPS} steps`);
        await this.#calm();
        if (this.#drive.world.stepNow()) this.#idleSinceMs = undefined;
        else if (!this.#settle()) this.#passTime();
      }
    } catch (error) {
      this.stop(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#loops = false;
    }
  }

  /** Waits until no body awaits anything but the world. */
  async #calm(): Promise<void> {
    await turn();
    const sinceMs = realNowMs();
    for (let turns = 1; ; turns++) {
      const outside = this.#drive.bodies.outside();
      if (outside.length === 0) return;
      if (realNowMs() - sinceMs > this.#drive.patienceMs) this.#giveUp(outside);
      else await (turns < BUSY_TURNS ? turn() : pause(1));
    }
  }

  /** A limit of its own ends a body; for one without, a mock was forgotten or a promise never settles. */
  #giveUp(bodies: readonly Body[]): void {
    const { world, patienceMs } = this.#drive;
    const endless = bodies.filter((body) => !body.limited);
    if (endless.length > 0) {
      const names = endless.map(({ task, id }) => `${task} (${id})`).join(', ');
      throw this.#error(
        `${names} awaits for more than ${patienceMs / 1_000} s of real time something that is not Celeriac's: ` +
          'a promise that never settles, a timer, a server? Mock it, give the task a time limit, or raise `patience`',
      );
    }
    for (const body of bodies) {
      world.note(
        `${body.process.name} ${body.task} awaits something outside for too long: time passes until its limit`,
      );
      body.givenUp = true;
    }
  }

  /** Lets those go on whose goal is reached; false if there are none. */
  #settle(): boolean {
    const before = this.#goals.size;
    for (const goal of [...this.#goals]) {
      if (!this.#isReached(goal)) continue;
      this.#goals.delete(goal);
      goal.reached();
    }
    return this.#goals.size < before;
  }

  #isReached({ kind, untilMs }: Goal): boolean {
    const { world, busy } = this.#drive;
    if (kind === 'due') return busy() === 0;
    if (kind === 'quiet') return world.quiet();
    return world.nowMs >= untilMs;
  }

  #passTime(): void {
    const { world } = this.#drive;
    this.#failIdle();
    if (this.#goals.size === 0) return;
    const goals = [...this.#goals];
    const times = [world.nextAtMs(), ...goals.filter(({ kind }) => kind === 'time').map(({ untilMs }) => untilMs)];
    const nextMs = Math.min(...times.filter((time) => time !== undefined));
    for (const goal of goals) {
      if (goal.kind === 'quiet' && nextMs > goal.untilMs) {
        this.#fail(goal, this.#error('the queues are not empty after a month of virtual time'));
      }
    }
    if (Number.isFinite(nextMs)) world.passTime(nextMs);
    else if (goals.some(({ kind }) => kind === 'due')) throw this.#error('a function is running that awaits nothing');
  }

  /** A client that waits for what nothing can bring about waits for ever. */
  #failIdle(): void {
    const { world, waitingFor } = this.#drive;
    const pauses = [...this.#goals].filter((goal) => goal.pause);
    if (pauses.length < this.#goals.size || !world.quiet()) return;
    this.#idleSinceMs ??= world.nowMs;
    if (world.nowMs - this.#idleSinceMs <= IDLE_MS) return;
    const error = this.#error(`${waitingFor()} is waited for, but no queue holds anything that could bring it about`);
    for (const goal of pauses) this.#fail(goal, error);
  }

  #error(what: string): TestError {
    return new TestError(`${what}\n${this.#drive.report()}`);
  }
}
