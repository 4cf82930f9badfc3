import { NotReadyError } from '../base/errors.ts';
import type { AsyncResult, GetOptions, MemberReport } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import { baseOf } from './ancestors.ts';
import { BaseHandle, type Place, type Seen } from './base-handle.ts';
import { groupOf } from './group.ts';
import { memberReports } from './members.ts';
import { type IdKind, see } from './see.ts';
import { waitForResult } from './wait-for-result.ts';

/** How a task was sent, as far as its handle knows. */
export interface Sent extends Place {
  /** With `ignoreResult`, so that nothing is waited for. */
  readonly ignored?: boolean;
  /** @default it may be a group's as well */
  readonly kind?: IdKind;
}

/**
 * The handle of a task, or of an id that may be a group's.
 *
 * @param ports  asked for at each use: the handle may be used inside a task as well
 */
export function asyncResult<Result>(id: string, ports: () => Ports, sent: Sent = {}): AsyncResult<Result> {
  return Object.freeze(new TaskHandle<Result>(id, ports, sent));
}

class TaskHandle<out Result> extends BaseHandle<Result> implements AsyncResult<Result> {
  readonly #ports: () => Ports;
  readonly #sent: Sent;

  constructor(id: string, ports: () => Ports, sent: Sent) {
    super(id, ports, { root: () => rootOf(id, ports), ...sent });
    this.#ports = ports;
    this.#sent = sent;
  }

  protected see(): Promise<Seen> {
    return see(this.#ports(), this.id, this.#sent.kind);
  }

  async get(options: GetOptions = {}): Promise<Result> {
    const { ignored, kind } = this.#sent;
    const value = ignored ? null : await waitForResult(this.#ports(), this.id, options, kind);
    return value as Result;
  }

  members(): AsyncIterable<MemberReport> {
    if (this.#sent.kind !== 'task') return memberReports(groupOf(this.id), this.#ports);
    return this.parent?.members() ?? NO_MEMBERS;
  }

  async forget(): Promise<void> {
    const { backend, clock } = this.#ports();
    const answer = await backend.write({ kind: 'forget', by: { id: this.id, nowMs: clock.now() } });
    if (answer.written) return;
    throw new NotReadyError(`task ${this.id} has not ended, so there is nothing to forget; revoke() it instead`);
  }
}

/** Nothing where the handle is that of the root itself. */
function rootOf(id: string, ports: () => Ports): AsyncResult<unknown> | undefined {
  const base = baseOf(id);
  return base === id ? undefined : asyncResult(base, ports);
}

const NO_MEMBERS: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};
