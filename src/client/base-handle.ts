import type { CeleriacError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { TaskState } from '../base/states.ts';
import type { AsyncResult, TaskStatus } from '../canvas/handle.ts';
import type { Ports } from '../ports/ports.ts';
import { revokeId } from './revoke.ts';
import { isEnded, stateName } from './task-status.ts';

/** What a handle knows of its place in a workflow: the sender does, an id alone does not. */
export interface Place {
  readonly parent?: () => AsyncResult<unknown> | undefined;
  readonly root?: () => AsyncResult<unknown> | undefined;
  readonly children?: () => readonly AsyncResult<unknown>[];
}

/** One look at what is stored. */
export interface Seen {
  /** The value of a success is null in here. */
  readonly status: TaskStatus<Json>;
  /** The value of a success. */
  value(): Promise<Json>;
}

/** What all handles have in common: their place, and the short forms of one look. */
export abstract class BaseHandle<out Result> {
  readonly id: string;
  readonly #ports: () => Ports;
  readonly #parent: () => AsyncResult<unknown> | undefined;
  readonly #root: () => AsyncResult<unknown> | undefined;
  readonly #children: () => readonly AsyncResult<unknown>[];

  constructor(id: string, ports: () => Ports, { parent, root, children }: Place) {
    this.id = id;
    this.#ports = ports;
    this.#parent = once(parent ?? nobody);
    this.#root = once(root ?? nobody);
    this.#children = once(children ?? nothing);
  }

  protected abstract see(): Promise<Seen>;

  get parent(): AsyncResult<unknown> | undefined {
    return this.#parent();
  }

  get root(): AsyncResult<unknown> {
    return this.#root() ?? (this as unknown as AsyncResult<unknown>);
  }

  get children(): readonly AsyncResult<unknown>[] {
    return this.#children();
  }

  async read(): Promise<TaskStatus<Result>> {
    const seen = await this.see();
    const status = seen.status.state === 'SUCCESS' ? { ...seen.status, value: await seen.value() } : seen.status;
    // the one cast from what is stored to what the task's type says
    return status as TaskStatus<Result>;
  }

  async state(): Promise<TaskState> {
    return stateName((await this.see()).status);
  }

  async ready(): Promise<boolean> {
    return isEnded((await this.see()).status);
  }

  async successful(): Promise<boolean> {
    return (await this.see()).status.state === 'SUCCESS';
  }

  async failed(): Promise<boolean> {
    return (await this.see()).status.state === 'FAILURE';
  }

  async error(): Promise<CeleriacError | undefined> {
    const { status } = await this.see();
    return 'error' in status ? status.error : undefined;
  }

  async retries(): Promise<number> {
    const { status } = await this.see();
    return 'retries' in status ? status.retries : 0;
  }

  async dateDone(): Promise<Date | undefined> {
    const { status } = await this.see();
    return 'dateDone' in status ? status.dateDone : undefined;
  }

  async result(): Promise<Result | undefined> {
    const status = await this.read();
    return status.state === 'SUCCESS' ? status.value : undefined;
  }

  revoke(): Promise<void> {
    return revokeId(this.#ports(), this.id);
  }
}

/** Keeps what was asked for once: a handle's parent is the same each time. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const nobody = () => undefined;
const NOTHING: readonly never[] = Object.freeze([]);
const nothing = () => NOTHING;
