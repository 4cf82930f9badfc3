import type { CeleriacError } from '../base/errors.ts';
import { NotReadyError } from '../base/errors.ts';
import { UNENDED_ITEM_SECONDS } from '../base/limits.ts';
import type { TaskState } from '../base/states.ts';
import type { AsyncResult, GetOptions, TaskStatus } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import { statusOf } from './task-status.ts';
import { waitForResult } from './wait-for-result.ts';

/**
 * The handle of a task.
 *
 * @param ports  asked for at each use: the handle may be used inside a task as well
 * @param ignored  it was sent with `ignoreResult`, so that nothing is waited for; a handle made from an id cannot know
 */
export function asyncResult<Result>(id: string, ports: () => Ports, ignored: boolean = false): AsyncResult<Result> {
  return Object.freeze(new Handle<Result>(id, ports, ignored));
}

class Handle<out Result> implements AsyncResult<Result> {
  readonly id: string;
  readonly #ports: () => Ports;
  readonly #ignored: boolean;

  constructor(id: string, ports: () => Ports, ignored: boolean) {
    this.id = id;
    this.#ports = ports;
    this.#ignored = ignored;
  }

  async read(): Promise<TaskStatus<Result>> {
    // the one cast from what is stored to what the task's type says
    const { backend, clock } = this.#ports();
    return statusOf(await backend.read(this.id), clock.now()) as TaskStatus<Result>;
  }

  async get(options: GetOptions = {}): Promise<Result> {
    const value = this.#ignored ? null : await waitForResult(this.#ports(), this.id, options);
    return value as Result;
  }

  async state(): Promise<TaskState> {
    const status = await this.read();
    return status.state === 'CUSTOM' ? status.name : status.state;
  }

  async ready(): Promise<boolean> {
    return 'dateDone' in (await this.read());
  }

  async successful(): Promise<boolean> {
    return (await this.read()).state === 'SUCCESS';
  }

  async failed(): Promise<boolean> {
    return (await this.read()).state === 'FAILURE';
  }

  async error(): Promise<CeleriacError | undefined> {
    const status = await this.read();
    return 'error' in status ? status.error : undefined;
  }

  async retries(): Promise<number> {
    const status = await this.read();
    return 'retries' in status ? status.retries : 0;
  }

  async dateDone(): Promise<Date | undefined> {
    const status = await this.read();
    return 'dateDone' in status ? status.dateDone : undefined;
  }

  async result(): Promise<Result | undefined> {
    const status = await this.read();
    return status.state === 'SUCCESS' ? status.value : undefined;
  }

  /** The stamp first: a worker that learns of the revocation has to find it in the item. */
  async revoke(): Promise<void> {
    const { backend, clock } = this.#ports();
    const nowMs = clock.now();
    const expiresAtMs = nowMs + UNENDED_ITEM_SECONDS * 1_000;
    const stamped = await backend.write({ kind: 'stamp', by: { id: this.id, nowMs, expiresAtMs } });
    // the time of now: workers look only a minute back beyond their last look, and the stamp may have taken as long
    if (stamped.written) await backend.addRevocation({ id: this.id, atMs: clock.now(), expiresAtMs });
  }

  async forget(): Promise<void> {
    const { backend, clock } = this.#ports();
    const answer = await backend.write({ kind: 'forget', by: { id: this.id, nowMs: clock.now() } });
    if (answer.written) return;
    throw new NotReadyError(`task ${this.id} has not ended, so there is nothing to forget; revoke() it instead`);
  }
}
