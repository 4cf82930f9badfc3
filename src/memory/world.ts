import type { Choices } from './choices.ts';
import type { MemoryStore } from './store.ts';
import { type Parked, type ProcessWorld, type Timer, WorldProcess } from './world-process.ts';

/** One step that could come next. */
export interface Step {
  readonly label: string;
  take(): void;
}

/** Something that offers steps of its own besides the parked calls, such as an event source. */
export interface StepSource {
  steps(): readonly Step[];
  /** When it will have something to offer that it has not now. */
  nextAtMs(): number | undefined;
  /** Nothing under way and nothing waiting. */
  quiet(): boolean;
}

/**
 * Processes that share a store, a virtual clock and one source of choices.
 *
 * Every call of a port parks, and so does every turn that gathers sends. The world carries one out after the other, in an
 * order and with faults that `Choices` picks. A crashed process never goes on: its calls are dropped and never settle.
 */
export class World implements ProcessWorld {
  readonly store: MemoryStore;
  readonly choices: Choices;
  readonly timeline: string[] = [];
  /** How often each fault hit each call: the coverage of a run. */
  readonly coverage: Map<string, number> = new Map();
  nowMs: number;
  #parked: Parked[] = [];
  #timers: Timer[] = [];
  readonly #sources: StepSource[] = [];
  readonly #startedAtMs: number;

  constructor(store: MemoryStore, choices: Choices, startAtMs: number = Date.UTC(2026, 0, 1)) {
    this.store = store;
    this.choices = choices;
    this.nowMs = startAtMs;
    this.#startedAtMs = startAtMs;
  }

  addSource(source: StepSource): void {
    this.#sources.push(source);
  }

  /** Starts a process. Only one that is `faulty` meets faults. */
  process(name: string, faulty: boolean): WorldProcess {
    return new WorldProcess(this, name, faulty);
  }

  /** Takes steps until `work` has settled and nothing is left to do, and gives back what `work` gave. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    let settled = false;
    const done = work().finally(() => {
      settled = true;
    });
    done.catch(() => {}); // it is given back below
    for (let steps = 0; ; steps++) {
      await turn();
      if (settled && this.quiet()) return done;
      if (steps > 20_000) throw new WorldError('the run does not end', this);
      if (!this.#step()) throw new WorldError('something is awaited that is no call of a port', this);
    }
  }

  /** Ends a process: nothing in it ever goes on. */
  crash(process: WorldProcess): void {
    if (!process.alive) return;
    process.alive = false;
    this.#parked = this.#parked.filter((call) => call.process !== process);
    this.#timers = this.#timers.filter((timer) => timer.process !== process);
    this.note(`${process.name} dies`);
    process.onCrash();
  }

  /** Lets a call wait until it is carried out. */
  park(call: Parked): void {
    if (call.process.alive) this.#parked.push(call);
  }

  /** Tells a process when it is time. */
  startTimer(timer: Timer): () => void {
    if (timer.process.alive) this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Adds a line to the timeline. */
  note(line: string): void {
    this.timeline.push(`${((this.nowMs - this.#startedAtMs) / 1_000).toFixed(3).padStart(10)}  ${line}`);
  }

  count(what: string): void {
    this.coverage.set(what, (this.coverage.get(what) ?? 0) + 1);
  }

  /** Nothing is under way, and nothing waits in a queue that somebody reads. */
  quiet(): boolean {
    return this.#parked.length === 0 && this.#sources.every((source) => source.quiet());
  }

  /** Takes a step that takes no time, if there is one. */
  stepNow(): boolean {
    return this.#take(this.#steps());
  }

  /** Lets time pass, and whatever is due by then become due. */
  passTime(toMs: number): void {
    if (this.#parked.length > 0) this.count('time passes while a call is under way');
    this.nowMs = Math.max(this.nowMs, toMs);
    const due = this.#timers.filter((timer) => timer.atMs <= this.nowMs);
    this.#timers = this.#timers.filter((timer) => timer.atMs > this.nowMs);
    for (const timer of due) if (timer.process.alive) timer.run();
  }

  /** When the next thing becomes due, if anything does. */
  nextAtMs(): number | undefined {
    const times = [...this.#timers.map((timer) => timer.atMs), ...this.#sources.map((source) => source.nextAtMs())];
    const known = times.filter((time) => time !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  /** A call of the process is under way, or it sleeps. */
  occupies(process: WorldProcess): boolean {
    return [...this.#parked, ...this.#timers.filter((timer) => timer.awaited)].some((held) => held.process === process);
  }

  #steps(): Step[] {
    return [
      ...this.#parked.map((call) => ({ label: call.label, take: () => this.#carryOut(call) })),
      ...this.#sources.flatMap((source) => source.steps()),
    ];
  }

  #step(): boolean {
    const steps = this.#steps();
    const nextAtMs = this.nextAtMs();
    if (nextAtMs !== undefined) steps.push({ label: 'time passes', take: () => this.passTime(nextAtMs) });
    return this.#take(steps);
  }

  #take(steps: readonly Step[]): boolean {
    if (steps.length === 0) return false;
    steps[this.choices.choose('next', steps.length)]?.take();
    return true;
  }

  #carryOut(call: Parked): void {
    this.#parked = this.#parked.filter((other) => other !== call);
    const fault = call.faults[this.choices.choose('fault', call.faults.length, call)] ?? 'none';
    this.note(`${call.process.name} ${call.label}${fault === 'none' ? '' : `  [${fault}]`}`);
    call.carryOut(fault);
  }
}

/** A run that cannot go on, with the line of events that led there. */
export class WorldError extends Error {
  constructor(what: string, world: World) {
    super(`${what}\n${world.timeline.slice(-60).join('\n')}`);
    this.name = 'WorldError';
  }
}

/** The real one, also where a test puts another in its place. */
const nextTurn = setImmediate;

/** Lets every promise that can settle do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}
