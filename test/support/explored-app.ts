import { type App, chain, createApp, Ignore, type Signature } from 'celeriac';
import { connect } from '../../src/client/connection.ts';
import { currentTask, type TaskScope } from '../../src/client/scope.ts';
import type { World } from '../../src/memory/world.ts';
import { coreOf } from '../../src/task/core-of.ts';

/** One run of a task's body, and what was stored of it when it began. */
export interface ExploredRun {
  readonly id: string;
  readonly scope: TaskScope;
  /** As the item was: `-` if there was none. */
  readonly state: string;
  readonly storedRound: number;
  readonly leased: boolean;
}

/** What the bodies share in one run of a scenario. */
export interface ExploredState {
  /** Names at which `fragile` fails. An operator takes them out. */
  broken: Set<string>;
  runs: ExploredRun[];
  world: World;
  /** What the task `launch` sends, and how often it has run. */
  launched: { readonly canvas: (run: number) => Sendable; runs: number };
}

/** What can be sent. */
export interface Sendable {
  applyAsync(): Promise<{ readonly id: string }>;
}

export type ExploredTasks = ReturnType<typeof exploredTasks>;

/** An app with the few tasks that the scenarios are made of; each run puts its own into `state`. */
export function exploredApp(): {
  readonly app: App<'default'>;
  readonly tasks: ExploredTasks;
  readonly state: ExploredState;
} {
  const app = createApp('workflows');
  const state = {} as ExploredState;
  return { app, state, tasks: exploredTasks(app, state) };
}

/** A call that fails inside a task fails the attempt. */
const AGAIN = { autoretryFor: [Error], retryBackoff: 1 } as const;

/** A result that is too large to be forwarded in a message. */
const LARGE = 'x'.repeat(40_000);

function exploredTasks(app: App<'default'>, state: ExploredState) {
  const ran = () => void state.runs.push(runOf(state.world));
  const inc = app.task('inc', {}, (x: number) => {
    ran();
    return x + 1;
  });
  const fragile = app.task('fragile', {}, (x: number, name: string) => {
    ran();
    if (state.broken.has(name)) throw new Error(name);
    return x;
  });
  const launcher = app.task('launch', AGAIN, async () => {
    ran();
    state.launched.runs += 1;
    return (await state.launched.canvas(state.launched.runs).applyAsync()).id;
  });
  return {
    inc,
    /** Gives what it is given, unless it is broken. */
    fragile,
    sum: app.task('sum', {}, (list: readonly number[]) => {
      ran();
      return list.reduce((a, b) => a + b, 0);
    }),
    fragileSum: app.task('fragileSum', {}, (list: readonly number[], name: string) => {
      ran();
      if (state.broken.has(name)) throw new Error(name);
      return list.reduce((a, b) => a + b, 0);
    }),
    /** Fails at its first attempt. */
    retried: app.task('retried', { bind: true, ...AGAIN }, (self, x: number) => {
      ran();
      if (self.request.retries === 0) throw new Error('at first');
      return x;
    }),
    ignored: app.task('ignored', {}, (): number => {
      ran();
      throw new Ignore();
    }),
    /** For links and errbacks: says whose. */
    note: app.task('note', {}, (of: unknown) => {
      ran();
      const { id, root } = (of ?? {}) as { id?: string; root?: string };
      return id === undefined ? of : `failed: ${id.slice((root ?? '').length)}`;
    }),
    /** How the members of a tolerant chord ended. */
    states: app.task('states', {}, (list: readonly { readonly status: string }[]) => {
      ran();
      return list.map(({ status }) => status).join();
    }),
    large: app.task('large', {}, () => {
      ran();
      return LARGE;
    }),
    length: app.task('length', {}, (text: string | readonly unknown[]) => {
      ran();
      return text.length;
    }),
    replaced: app.task('replaced', { bind: true }, (self, x: number): Promise<number> => {
      ran();
      return self.replace(chain(inc.s(x), inc.s())) as never;
    }),
    replacedBy: app.task('replacedBy', { bind: true }, (self, x: number, name: string): Promise<number> => {
      ran();
      return self.replace(chain(fragile.s(x, name), inc.s())) as never;
    }),
    /** Revokes the workflow that it belongs to. */
    revoking: app.task('revoking', { bind: true, ...AGAIN }, async (self, x: number) => {
      ran();
      await app.asyncResult(self.request.root ?? '').revoke();
      return x;
    }),
    /** Sends a canvas from inside a task, and gives its id. */
    launch: (canvas: (run: number) => Sendable): Signature<[], string> => {
      state.launched = { canvas, runs: 0 };
      return launcher.s();
    },
  };
}

function runOf({ store, nowMs }: World): ExploredRun {
  const scope = currentTask.getStore() as TaskScope;
  const { id } = scope.message;
  const item = store.read(id, nowMs);
  const leased = item?.lease !== undefined && item.lease.untilMs > nowMs;
  return { id, scope, state: item?.state ?? '-', storedRound: item?.round ?? 0, leased };
}

/** Connects an app to the ports that `provide` answers at each use. */
export function connectApp(app: App<'default'>, provide: Parameters<typeof connect>[1]): void {
  connect(coreOf(app), provide);
}
