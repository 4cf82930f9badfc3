import { currentTask, type TaskScope } from '../client/scope.ts';
import type { World } from '../memory/world.ts';
import type { WorldProcess } from '../memory/world-process.ts';

/** The body of a task while it runs. */
export interface Body {
  readonly task: string;
  readonly id: string;
  readonly scope: TaskScope;
  readonly process: WorldProcess;
  /** It has a time limit. */
  readonly limited: boolean;
  /** Parts of it that run: its arguments are read, its body, its body for one of many items. */
  runs: number;
  /** Calls and sleeps of its own in the world that have not answered. */
  inWorld: number;
  /** Nobody waits for it any more: virtual time passes although it goes on. */
  givenUp: boolean;
}

/**
 * The bodies that run at present, and what each of them awaits: something of the world, or something outside of it.
 *
 * While one awaits something outside (a file, a mock), nothing else may happen, or a run could not be repeated.
 */
export class Bodies {
  readonly #world: World;
  readonly #running: Map<TaskScope, Body> = new Map();

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs a body, or a part of it, in its task's scope. */
  async run<T>(body: Pick<Body, 'task' | 'process' | 'limited'>, work: (scope: TaskScope) => Promise<T>): Promise<T> {
    const scope = currentTask.getStore();
    if (!scope) throw new Error(`the body of ${body.task} runs outside of its scope`);
    const running = this.#running.get(scope) ?? {
      ...body,
      id: scope.message.id,
      scope,
      runs: 0,
      inWorld: 0,
      givenUp: false,
    };
    this.#running.set(scope, running);
    running.runs += 1;
    try {
      return await work(scope);
    } finally {
      running.runs -= 1;
      if (running.runs === 0) this.#running.delete(scope);
    }
  }

  /** Counts a call of a port as one of the body that makes it, until it answers. */
  call<T>(answer: T): T {
    const scope = currentTask.getStore();
    const body = scope && this.#running.get(scope);
    if (!body || !isPromise(answer)) return answer;
    body.inWorld += 1;
    const answered = () => {
      body.inWorld -= 1;
    };
    answer.then(answered, answered);
    return answer;
  }

  /** Those that await something which is no call of a port, and that a world can do nothing about. */
  outside(): readonly Body[] {
    return [...this.#running.values()].filter(
      ({ scope, process, inWorld, givenUp }) =>
        process.alive &&
        !scope.closed &&
        !givenUp &&
        inWorld === 0 &&
        // a send waits in its outbox, for a call or a pause of the process
        !(scope.sends.size > 0 && this.#world.occupies(process)),
    );
  }
}

/** Also one of another realm, as jest has them. */
function isPromise(value: unknown): value is Promise<unknown> {
  return value !== null && typeof value === 'object' && typeof (value as Promise<unknown>).then === 'function';
}
