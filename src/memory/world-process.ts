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
export interface Parked {
  readonly process: WorldProcess;
  /** The call without what it is on. */
  readonly name: string;
  readonly label: string;
  readonly faults: readonly Fault[];
  carryOut(fault: Fault): void;
}

/** Something that a process wants to be told at a time. */
export interface Timer {
  readonly process: WorldProcess;
  readonly atMs: number;
  readonly run: () => void;
  /** Its process awaits it; the others are deadlines that may never come. */
  readonly awaited: boolean;
}

/** What a process needs of the world it is in. */
export interface ProcessWorld {
  readonly store: MemoryStore;
  readonly choices: Choices;
  readonly nowMs: number;
  /** Lets a call wait until it is carried out. */
  park(call: Parked): void;
  /** @returns takes it back */
  startTimer(timer: Timer): () => void;
  /** Ends the process: nothing in it ever goes on. */
  crash(process: WorldProcess): void;
  count(what: string): void;
}

/** A process: its memory dies with it, its calls go through the world. */
export class WorldProcess {
  readonly name: string;
  readonly ports: Ports;
  readonly telemetry: MemoryTelemetry = memoryTelemetry();
  alive = true;
  onCrash: () => void = () => {};
  readonly #world: ProcessWorld;
  readonly #faulty: boolean;

  constructor(world: ProcessWorld, name: string, faulty: boolean) {
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

function faultsOf(name: CallName): readonly Fault[] {
  return name.startsWith('read') || name === 'ordersSince' ? READ_FAULTS : WRITE_FAULTS;
}
