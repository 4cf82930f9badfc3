import type { Clock } from '../base/clock.ts';
import type { Ports } from '../ports/ports.ts';
import type { Choices } from './choices.ts';
import {
  type CallName,
  type Carry,
  type MemoryTelemetry,
  memoryPorts,
  memoryTelemetry,
  type PortCall,
} from './memory-ports.ts';
import type { MemoryStore } from './store.ts';

/** What may go wrong with one call of a port. */
export type Fault =
  | 'none'
  | 'crash-before'
  | 'crash-after'
  | 'sent-twice'
  | 'failed-before'
  | 'failed-after'
  /** It takes `STALL_MS`, while everything else goes on. */
  | 'stalled';

/** How long a stalled call takes: long enough for retries to overtake it, shorter than a function lives. */
const STALL_MS = 20_000;

const WRITE_FAULTS: readonly Fault[] = [
  'none',
  'crash-before',
  'crash-after',
  'sent-twice',
  'failed-before',
  'failed-after',
  'stalled',
];
const READ_FAULTS: readonly Fault[] = ['none', 'crash-before', 'crash-after', 'failed-before'];

/** A call that waits to be carried out: the process goes on when it is. */
interface Parked {
  readonly process: WorldProcess;
  /** The call without what it is on. */
  readonly name: string;
  readonly label: string;
  readonly faults: readonly Fault[];
  carryOut(fault: Fault): void;
}

interface Timer {
  readonly process: WorldProcess;
  readonly atMs: number;
  readonly run: () => void;
  /** Its process awaits it; the others are deadlines that may never come. */
  readonly awaited: boolean;
}

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
export class World {
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

  /** @internal */
  park(call: Parked): void {
    if (call.process.alive) this.#parked.push(call);
  }

  /** @internal */
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

/** A process: its memory dies with it, its calls go through the world. */
export class WorldProcess {
  readonly name: string;
  readonly ports: Ports;
  readonly telemetry: MemoryTelemetry = memoryTelemetry();
  alive = true;
  onCrash: () => void = () => {};
  readonly #world: World;
  readonly #faulty: boolean;

  constructor(world: World, name: string, faulty: boolean) {
    this.#world = world;
    this.name = name;
    this.#faulty = faulty;
    this.ports = memoryPorts(world.store, {
      clock: this.#clock(),
      random: world.choices,
      telemetry: this.telemetry,
      carry: this.#carry,
    });
  }

  /** Parks a step of this process that is no call of a port. */
  step(label: string, run: () => void, faults: readonly Fault[] = ['none']): void {
    this.#world.park({
      process: this,
      name: label,
      label,
      faults: this.#faulty ? faults : ['none'],
      carryOut: (fault) => {
        this.#world.count(`${label}: ${fault}`);
        if (fault === 'crash-before') this.#world.crash(this);
        else run();
      },
    });
  }

  readonly #carry: Carry = (call, effect) =>
    new Promise((resolve, reject) => {
      const settle = (fault: Fault) => {
        this.#world.count(`${call.name}: ${fault}`);
        if (fault === 'stalled') stall();
        else this.#settle(call, effect, fault, resolve, reject);
      };
      const park = (label: string, faults: readonly Fault[]) =>
        this.#world.park({ process: this, name: call.name, label: `${label} ${call.on}`, faults, carryOut: settle });
      const stall = () =>
        this.#world.startTimer({
          process: this,
          atMs: this.#world.nowMs + STALL_MS,
          awaited: true,
          run: () => park(`stalled ${call.name}`, ['none']),
        });
      park(call.name, this.#faulty ? faultsOf(call.name) : ['none']);
    });

  #settle<T>(
    call: PortCall,
    effect: () => T,
    fault: Fault,
    resolve: (value: T) => void,
    reject: (e: Error) => void,
  ): void {
    if (fault === 'crash-before') {
      this.#world.crash(this);
    } else if (fault === 'failed-before') {
      reject(new Error(`${call.name} failed: throttled`));
    } else {
      if (fault === 'sent-twice') effect();
      const answer = effect();
      if (fault === 'crash-after') this.#world.crash(this);
      else if (fault === 'failed-after') reject(new Error(`${call.name} failed: no answer`));
      else resolve(answer);
    }
  }

  #clock(): Clock {
    const world = this.#world;
    const timer = (delayMs: number, run: () => void, awaited: boolean) =>
      world.startTimer({ process: this, atMs: world.nowMs + Math.max(0, delayMs), run, awaited });
    return {
      now: () => world.nowMs,
      after: (delayMs, run) => timer(delayMs, run, false),
      soon: (run) => this.step('flush', run),
      sleep: (delayMs, signal) =>
        new Promise((resolve, reject) => {
          signal?.throwIfAborted();
          const cancel = timer(delayMs, resolve, true);
          signal?.addEventListener(
            'abort',
            () => {
              cancel();
              reject(signal.reason);
            },
            { once: true },
          );
        }),
    };
  }
}

/** A run that cannot go on, with the line of events that led there. */
export class WorldError extends Error {
  constructor(what: string, world: World) {
    super(`${what}\n${world.timeline.slice(-60).join('\n')}`);
    this.name = 'WorldError';
  }
}

function faultsOf(name: CallName): readonly Fault[] {
  return name.startsWith('read') || name === 'revocationsSince' ? READ_FAULTS : WRITE_FAULTS;
}

/** The real one, also where a test puts another in its place. */
const nextTurn = setImmediate;

/** Lets every promise that can settle do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}
