import { Ignore, Reject } from '../../src/base/errors.ts';
import type { Json } from '../../src/base/json.ts';
import { taskJson } from '../../src/canvas/signature-json.ts';
import { currentTask, type TaskScope } from '../../src/client/scope.ts';
import { senderOf } from '../../src/client/send.ts';
import type { AppCore } from '../../src/task/app-core.ts';
import type { TaskContext } from '../../src/task/context.ts';
import { DEFAULT_POLICY } from '../../src/task/default-policy.ts';
import type { TaskDefinition } from '../../src/task/definition.ts';
import type { TaskPolicy } from '../../src/task/policy.ts';

/** What a simulated task does, by the number of retries that lie behind its attempt; the last entry holds for all after. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What it does once an operator has repaired its cause. */
  readonly healed?: Step;
  /** A claimed run takes four seconds instead of a fifth of one. */
  readonly slowWhenClaimed?: boolean;
}

/** One attempt's behaviour. */
export type Step =
  | 'succeed'
  | 'fail'
  | 'fail-permanently'
  | 'retry'
  | 'retry-swallowed'
  | 'retry-with-args'
  | 'retry-on-queue'
  | 'reject'
  | 'ignore'
  | 'hang'
  | 'die'
  | 'die-once'
  | 'fail-first-run'
  | 'progress'
  | 'send-child'
  | 'bad-result';

/** The error that simulated tasks are retried for. */
export class Transient extends Error {}

/** What a run knows of its bodies, besides the store: the oracle of the invariants. */
export interface BodyLog {
  readonly begun: { readonly id: string; readonly retries: number; readonly atMs: number; readonly scope: TaskScope }[];
  readonly ended: Set<TaskScope>;
  readonly diedOnce: Set<string>;
  healed: boolean;
  /** Claimed tasks that ran twice at once. */
  readonly overlaps: string[];
  /** Is the process that runs this scope alive? */
  alive(scope: TaskScope): boolean;
  /** The app that runs. */
  core(): AppCore;
  /** Kills the process that runs this scope. */
  kill(scope: TaskScope): void;
}

export function bodyLog(process: Pick<BodyLog, 'kill' | 'alive'>): BodyLog {
  return { begun: [], ended: new Set(), diedOnce: new Set(), healed: false, overlaps: [], core: noApp, ...process };
}

function noApp(): AppCore {
  throw new Error('no app runs yet');
}

/** Simulated tasks, one for each kind of policy; the plan travels as their argument. */
export function simApp(log: BodyLog): AppCore {
  const core = appOf(log);
  log.core = () => core;
  return core;
}

/** What `send-child` sends. */
const CHILD = taskJson('plain', [{ steps: ['succeed'] }]);

function appOf(log: BodyLog): AppCore {
  const definitions = Object.entries(POLICIES).map(([name, policy]) => define(name, policy, log));
  const queues = new Map(['default', 'other'].map((name) => [name, {}] as const));
  return {
    name: 'sim',
    registry: new Map(definitions.map((definition) => [definition.name, definition])),
    queues,
    resolveQueue: (_task, _args, queue = 'default') => queue,
  };
}

const RETRYING: Partial<TaskPolicy> = {
  autoretryFor: [Transient],
  maxRetries: 2,
  retryBackoff: { factor: 1, maxSeconds: 600, jitter: false },
  defaultRetryDelaySeconds: 3,
  timeLimitMs: 5_000,
};

/** The kinds of policy that the guard tells apart. */
export const POLICIES: Readonly<Record<string, TaskPolicy>> = {
  plain: { ...DEFAULT_POLICY, ...RETRYING },
  ignoring: { ...DEFAULT_POLICY, ...RETRYING, ignoreResult: true },
  tracked: { ...DEFAULT_POLICY, ...RETRYING, trackStarted: true },
  atMostOnce: { ...DEFAULT_POLICY, ...RETRYING, acksLate: false },
  patient: { ...DEFAULT_POLICY, ...RETRYING, retryBackoff: { factor: 1_000, maxSeconds: 4_000, jitter: true } },
};

function define(name: string, policy: TaskPolicy, log: BodyLog): TaskDefinition {
  const body = async (self: TaskContext, plan: Plan) => {
    const scope = currentTask.getStore();
    if (!scope) throw new Error('a simulated task runs in its scope');
    const { retries, id } = self.request;
    const others = log.begun.filter(
      (other) => other.id === id && !log.ended.has(other.scope) && log.alive(other.scope),
    );
    const claimedTwice = scope.again && others.some((other) => other.scope.again);
    if (claimedTwice) log.overlaps.push(`${id} runs twice at once, claimed both times`);
    log.begun.push({ id: id as string, retries, atMs: scope.ports.clock.now(), scope });
    try {
      await scope.ports.clock.sleep(plan.slowWhenClaimed && scope.again ? 4_000 : 200);
      const step = log.healed && plan.healed ? plan.healed : plan.steps[Math.min(retries, plan.steps.length - 1)];
      return await act(step ?? 'succeed', self, plan, scope, log);
    } finally {
      log.ended.add(scope);
    }
  };
  return { name, policy, bind: true, schema: undefined, body: body as never };
}

async function act(step: Step, self: TaskContext, plan: Plan, scope: TaskScope, log: BodyLog): Promise<unknown> {
  const { id, retries } = self.request;
  switch (step) {
    case 'succeed':
      return { by: id };
    case 'fail':
      throw new Transient(`attempt ${retries}`);
    case 'fail-permanently':
      throw new TypeError('a bug');
    case 'retry':
      throw self.retry({ countdown: 2, error: new Transient(`asked ${retries}`) });
    case 'retry-swallowed':
      try {
        self.retry({ countdown: 2 });
      } catch {}
      return { swallowed: true };
    case 'retry-with-args':
      throw self.retry({ countdown: 1, args: [{ ...plan, steps: ['succeed'] }] as never });
    case 'retry-on-queue':
      throw self.retry({ countdown: 1, queue: 'other' });
    case 'reject':
      throw new Reject('no');
    case 'ignore':
      throw new Ignore();
    case 'hang':
      return new Promise(() => {});
    case 'die':
      log.kill(scope);
      return new Promise(() => {});
    case 'die-once':
      if (log.diedOnce.has(id as string)) return { by: id };
      log.diedOnce.add(id as string);
      log.kill(scope);
      return new Promise(() => {});
    case 'send-child':
      void senderOf(log.core()).send(CHILD, []); // not awaited: the worker does
      return { by: id };
    case 'fail-first-run':
      if (log.diedOnce.has(id as string)) return { by: id };
      log.diedOnce.add(id as string);
      throw new TypeError('only the first time');
    case 'progress':
      await self.updateState('PROGRESS', { done: retries } as never);
      return { by: id };
    case 'bad-result':
      return { at: new Date(0) } as unknown as Json;
    default:
      throw new Error(`no step ${step}`);
  }
}
