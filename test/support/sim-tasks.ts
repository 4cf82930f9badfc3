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
  /** How long a run takes: one that has claimed its task, and the first delivery of a plain task. @default 0.2 */
  readonly seconds?: { readonly claimed?: number; readonly unclaimed?: number };
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
  | 'send-child-and-fail'
  | 'bad-result';

/** One task of a simulation. */
export interface SimTask {
  readonly policy: keyof typeof POLICIES;
  readonly plan: Plan;
  /** @default default */
  readonly queue?: 'default' | 'other';
  readonly delaySeconds?: number;
  readonly expiresSeconds?: number;
  /** Revoked by its client, so many seconds after it was sent. */
  readonly revokeAfterSeconds?: number;
  /** Sent once more by the user, under the same id, so many seconds later. */
  readonly againAfterSeconds?: number;
}

/** What happens around the tasks. */
export interface SimOptions {
  /** In the end their causes are repaired and every dead letter is moved back. */
  readonly heal?: boolean;
  /** The same already while they are under way, so many seconds after the start. */
  readonly healAfterSeconds?: number;
  /** The bundle does not load so long. */
  readonly brokenSeconds?: number;
}

/** The error that simulated tasks are retried for. */
export class Transient extends Error {}

/** One run of a body, as the body itself knows it. */
export interface BodyRun {
  readonly id: string;
  readonly retries: number;
  readonly queue: string;
  readonly receiveCount: number;
  readonly atMs: number;
  /** What is left of the time limit or of the function, whichever is less. */
  readonly leftMs: number;
  readonly scope: TaskScope;
  /** The claim that it runs under; none for the first delivery of a plain task. */
  readonly token: string | undefined;
  readonly step: Step;
  endedAtMs: number | undefined;
  /** When it asked to be run again, at the soonest and at the latest. */
  due: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** What a run knows of its bodies, besides the store: the oracle of the invariants. */
export interface BodyLog {
  readonly begun: BodyRun[];
  /** Those that had died, or failed, once. */
  readonly hadTheirOnce: Set<string>;
  healed: boolean;
  /** Sees each run that begins. */
  onBegin: (run: BodyRun) => void;
  /** Is the process that runs this scope alive? */
  alive(scope: TaskScope): boolean;
  /** The claim that the worker has just got for this body; it is answered once. */
  claimOf(scope: TaskScope): string | undefined;
  /** The app that runs. */
  core(): AppCore;
  /** Kills the process that runs this body. */
  kill(run: BodyRun): void;
}

export function bodyLog(process: Pick<BodyLog, 'kill' | 'alive' | 'claimOf'>): BodyLog {
  return { begun: [], hadTheirOnce: new Set(), healed: false, onBegin: () => {}, core: noApp, ...process };
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
  return {
    name: 'sim',
    registry: new Map(definitions.map((definition) => [definition.name, definition])),
    queues: new Map([
      ['default', {}],
      ['other', { batchConcurrency: 1 }],
    ]),
    resolveQueue: (_task, _args, queue = 'default') => queue,
  };
}

const COMMON: Partial<TaskPolicy> = {
  autoretryFor: [Transient],
  maxRetries: 2,
  retryBackoff: { factor: 1, maxSeconds: 600, jitter: false },
  defaultRetryDelaySeconds: 3,
  timeLimitMs: 5_000,
  resultExpiresMs: 2 * 86_400_000,
};

/** The kinds of policy that the guard tells apart. */
export const POLICIES: Readonly<Record<string, TaskPolicy>> = {
  plain: { ...DEFAULT_POLICY, ...COMMON },
  ignoring: { ...DEFAULT_POLICY, ...COMMON, ignoreResult: true },
  tracked: { ...DEFAULT_POLICY, ...COMMON, trackStarted: true },
  atMostOnce: { ...DEFAULT_POLICY, ...COMMON, acksLate: false },
  patient: { ...DEFAULT_POLICY, ...COMMON, retryBackoff: { factor: 1_000, maxSeconds: 4_000, jitter: true } },
  long: { ...DEFAULT_POLICY, ...COMMON, timeLimitMs: 20_000 },
};

const RUN_SECONDS = 0.2;

function define(name: string, policy: TaskPolicy, log: BodyLog): TaskDefinition {
  const body = async (self: TaskContext, plan: Plan) => {
    const scope = currentTask.getStore();
    if (!scope) throw new Error('a simulated task runs in its scope');
    const { clock } = scope.ports;
    const run = begin(self, plan, scope, log);
    try {
      const { claimed = RUN_SECONDS, unclaimed = RUN_SECONDS } = plan.seconds ?? {};
      await clock.sleep((run.token !== undefined ? claimed : unclaimed) * 1_000);
      return await act(run, self, plan, log);
    } finally {
      run.endedAtMs = clock.now();
      run.due = dueAfter(run, clock.now());
    }
  };
  return { name, policy, bind: true, schema: undefined, body: body as never };
}

function begin({ request }: TaskContext, plan: Plan, scope: TaskScope, log: BodyLog): BodyRun {
  const { id, retries, queue, receiveCount, deadline } = request;
  const atMs = scope.ports.clock.now();
  const planned = plan.steps[Math.min(retries, plan.steps.length - 1)] as Step;
  const run: BodyRun = {
    id: id as string,
    retries,
    queue: queue as string,
    receiveCount: receiveCount as number,
    atMs,
    leftMs: (deadline as Date).getTime() - atMs,
    scope,
    token: log.claimOf(scope),
    step: log.healed && plan.healed ? plan.healed : planned,
    endedAtMs: undefined,
    due: undefined,
  };
  log.onBegin(run);
  log.begun.push(run);
  return run;
}

/** Seconds from the end of a run to its retry, by what the run did. */
const RETRY_SECONDS: Partial<Record<Step, number>> = {
  retry: 2,
  'retry-swallowed': 2,
  'retry-with-args': 1,
  'retry-on-queue': 1,
};

function dueAfter({ step, retries, scope }: BodyRun, endedAtMs: number): BodyRun['due'] {
  const asked = RETRY_SECONDS[step];
  if (asked !== undefined) return { fromMs: endedAtMs + asked * 1_000, toMs: endedAtMs + asked * 1_000 };
  if (step !== 'fail' && step !== 'send-child-and-fail') return undefined;
  const patient = scope.message.task === 'patient';
  const fromMs = endedAtMs + (patient ? 0 : 1_000 * 2 ** retries);
  // a send that was not awaited is awaited by the worker, for as long as it takes
  const atOnce = step === 'fail';
  return { fromMs, toMs: atOnce ? endedAtMs + (patient ? 1_000_000 : 1_000) * 2 ** retries : Number.POSITIVE_INFINITY };
}

async function act(run: BodyRun, self: TaskContext, plan: Plan, log: BodyLog): Promise<unknown> {
  const { id, retries, step } = run;
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
      log.kill(run);
      return new Promise(() => {});
    case 'die-once':
      if (log.hadTheirOnce.has(id)) return { by: id };
      log.hadTheirOnce.add(id);
      log.kill(run);
      return new Promise(() => {});
    case 'send-child':
      void senderOf(log.core()).send(CHILD, []); // not awaited: the worker does
      return { by: id };
    case 'send-child-and-fail':
      void senderOf(log.core()).send(CHILD, []);
      throw new Transient(`attempt ${retries}`);
    case 'fail-first-run':
      if (log.hadTheirOnce.has(id)) return { by: id };
      log.hadTheirOnce.add(id);
      throw new TypeError('only the first time');
    case 'progress':
      await self.updateState('PROGRESS', { done: retries } as never);
      return { by: id };
    case 'bad-result':
      return { at: new Date(0) } as unknown as Json;
  }
}
