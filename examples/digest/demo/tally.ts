/** The part of a task event that is counted. */
interface Counted {
  readonly kind: string;
  readonly task?: string;
}

/** What has happened to the tasks of one name so far: counters only, whatever the number of tasks. */
export class Tally {
  readonly #task: string;
  readonly #startedAtMs: number = performance.now();
  #lastAtMs: number = this.#startedAtMs;
  #succeeded = 0;
  #failed = 0;
  #retried = 0;

  constructor(task: string) {
    this.#task = task;
  }

  count({ kind, task }: Counted): void {
    if (task !== this.#task) return;
    this.#lastAtMs = performance.now();
    if (kind === 'succeeded') this.#succeeded += 1;
    if (kind === 'failed') this.#failed += 1;
    if (kind === 'retrying') this.#retried += 1;
  }

  /** Tasks that came to an end; one whose function died before it was acknowledged may count twice. */
  get ended(): number {
    return this.#succeeded + this.#failed;
  }

  get retried(): number {
    return this.#retried;
  }

  /** From the start to the last event. */
  get seconds(): number {
    return (this.#lastAtMs - this.#startedAtMs) / 1_000;
  }
}
