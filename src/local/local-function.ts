import type { SqsEvent } from '../ports/sqs-event.ts';
import { FunctionEnvironment } from './function-environment.ts';
import type { FunctionSpec, InvocationResult } from './function-spec.ts';

/** What can be seen of one environment. */
export interface EnvironmentState {
  readonly functionName: string;
  readonly pid: number;
  readonly busy: boolean;
  /** Messages that it is working on. */
  readonly inFlightRecords: number;
}

/** A Lambda function: as many environments as run at the same time, each reused while it is warm. */
export class LocalFunction {
  readonly #spec: FunctionSpec;
  #bundlePath: string;
  #started = 0;
  #peakBytes = 0;
  readonly #environments = new Set<FunctionEnvironment>();
  /** Warm ones; the last one used is the next, so that the others can be let go. */
  #idle: FunctionEnvironment[] = [];

  constructor(spec: FunctionSpec, bundlePath: string) {
    this.#spec = spec;
    this.#bundlePath = bundlePath;
  }

  get name(): string {
    return this.#spec.name;
  }

  /** Runs one invocation in a warm environment, or in a new one. Never throws. */
  async invoke(event: SqsEvent): Promise<InvocationResult> {
    const environment = this.#warm() ?? this.#start();
    const result = await environment.invoke(event);
    this.#notePeak();
    if (environment.alive && environment.bundlePath === this.#bundlePath) this.#idle.push(environment);
    else this.#retire(environment, 'replaced by a new bundle');
    return result;
  }

  /** Deploys another bundle: idle environments end now, busy ones with their invocation. */
  swap(bundlePath: string): void {
    this.#bundlePath = bundlePath;
    for (const environment of this.#idle) this.#retire(environment, 'replaced by a new bundle');
    this.#idle = [];
  }

  environments(): readonly EnvironmentState[] {
    return [...this.#environments]
      .filter(({ alive }) => alive)
      .map(({ pid, inFlightRecords }) => ({
        functionName: this.name,
        pid,
        busy: inFlightRecords > 0,
        inFlightRecords,
      }));
  }

  /** The largest sum of what its environments held at the same time. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Kills every environment and waits until they are gone. */
  async stop(): Promise<void> {
    const ending = [...this.#environments];
    for (const environment of ending) this.#retire(environment, 'stopped');
    await Promise.all(ending.map((environment) => environment.gone()));
  }

  #warm(): FunctionEnvironment | undefined {
    for (let next = this.#idle.pop(); next !== undefined; next = this.#idle.pop()) {
      if (next.alive) return next;
      this.#environments.delete(next);
    }
    return undefined;
  }

  #start(): FunctionEnvironment {
    this.#started += 1;
    const environment = new FunctionEnvironment(this.#spec, this.#started, this.#bundlePath);
    this.#environments.add(environment);
    return environment;
  }

  #retire(environment: FunctionEnvironment, because: string): void {
    this.#environments.delete(environment);
    environment.kill(because);
  }

  #notePeak(): void {
    const bytes = [...this.#environments].reduce((sum, { peakBytes }) => sum + peakBytes, 0);
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
  }
}
