import { type AnySignature, type App, chain, chord, createApp, group, Ignore, Reject } from 'celeriac';
import type { Json } from '../../src/base/json.ts';
import { currentTask, type TaskScope } from '../../src/client/scope.ts';
import type { TaskContext } from '../../src/task/context.ts';
import { type Attached, type Kind, type Plan, resultOf, type Wf, type WfTask } from './workflow-spec.ts';

/** One run of a body. */
export interface WfRun {
  readonly id: string;
  readonly n: number;
  readonly scope: TaskScope;
  readonly input: Json | undefined;
  ended: boolean;
}

/** A workflow that a task has sent from inside. */
export interface Launched {
  /** Which run: the same for every run of one attempt. */
  readonly by: string;
  readonly n: number;
  readonly id: string;
}

/** What the bodies of one run of the simulation share with it. */
export interface WfLog {
  /** Repaired: what fails by its own code succeeds from now on. */
  healed: boolean;
  readonly launched: Launched[];
  onBegin(run: WfRun): void;
}

/** Where the bodies of the run that goes on now write to. */
let log: WfLog | undefined;

/** Makes a run of the simulation the one that the bodies belong to. */
export function writeTo(to: WfLog): void {
  log = to;
}

/** The error that own code fails with. */
export class Boom extends Error {
  override readonly name: string = 'Boom';
}

/** The error that is retried by itself. */
export class Again extends Error {
  override readonly name: string = 'Again';
}

/** The queues of the app. */
export const QUEUES: readonly string[] = ['default', 'other'];

/** The app whose tasks carry plans out. */
export const wfApp: App<'default' | 'other'> = createApp('workflows', { queues: { default: {}, other: {} } });

type Body = (self: TaskContext<never>, ...args: readonly Json[]) => Promise<unknown>;
const RETRYING = { bind: true, defaultRetryDelay: 1, maxRetries: 2, autoretryFor: [Again] } as const;
const define = wfApp.task as unknown as (name: string, options: object, body: Body) => Task;
const TASKS: Readonly<Record<Kind, Task>> = {
  plain: define('plain', RETRYING, carryOut),
  tracked: define('tracked', { ...RETRYING, trackStarted: true }, carryOut),
  once: define('once', { ...RETRYING, acksLate: false }, carryOut),
  launcher: define('launcher', { ...RETRYING, maxRetries: null, autoretryFor: [Error] }, carryOut),
};

interface Task {
  s(plan: unknown): Sig;
  si(plan: unknown): Sig;
  map(items: readonly unknown[]): Sig;
  starmap(items: readonly unknown[]): Sig;
}

/** A signature whose types are the generator's business. */
export interface Sig {
  set(options: object): Sig;
  link(callback: Sig): Sig;
  linkError(errback: Sig): Sig;
  describe(): string;
  applyAsync(args?: readonly unknown[], options?: object): Promise<{ readonly id: string }>;
}

const [chainOf, groupOf, chordOf] = [
  chain as unknown as (...steps: readonly Sig[]) => Sig,
  group as unknown as (members: Iterable<Sig>) => Sig,
  chord as unknown as (header: Sig, body: Sig, options: object) => Sig,
];

/** Builds a workflow by the public builders. A stream is made anew each time. */
export function build(wf: Wf): Sig {
  const signature = attach(bare(wf), wf);
  return wf.kind === 'task' && wf.act === 'expire' ? signature.set({ countdown: 10, expires: 5 }) : signature;
}

function bare(wf: Wf): Sig {
  switch (wf.kind) {
    case 'task':
      return bareTask(wf);
    case 'map':
      return TASKS.plain.map(wf.items);
    case 'starmap':
      return TASKS.plain.starmap(wf.items.map((plan) => [plan]));
    case 'chain':
      return chainOf(...wf.steps.map(build));
    case 'group':
      return wf.stream ? groupOf(stream(wf.members)) : groupOf(wf.members.map(build));
    case 'chord': {
      const options = wf.onError === undefined ? {} : { onError: wf.onError };
      return chordOf(build(wf.header), build(wf.body), options);
    }
  }
}

function bareTask(wf: WfTask): Sig {
  const { kind: _kind, task, immutable, link: _link, linkError: _errback, options: _options, ...bare } = wf;
  const plan = wf.pad === undefined ? bare : { ...bare, padding: 'p'.repeat(wf.pad) };
  return immutable ? TASKS[task].si(plan) : TASKS[task].s(plan);
}

function* stream(members: readonly Wf[]): Generator<Sig> {
  for (const member of members) yield build(member);
}

function attach(signature: Sig, { link = [], linkError = [], options }: Attached): Sig {
  let attached = options ? signature.set(options) : signature;
  for (const callback of link) attached = attached.link(build(callback));
  for (const errback of linkError) attached = attached.linkError(build(errback));
  return attached;
}

/** Makes a built signature known as one of any type. */
export function asSignature(signature: Sig): AnySignature {
  return signature as unknown as AnySignature;
}

async function carryOut(self: TaskContext<never>, ...args: readonly Json[]): Promise<unknown> {
  const plan = args.at(-1) as unknown as Plan;
  const input = args.length > 1 ? args[0] : undefined;
  const scope = currentTask.getStore() as TaskScope;
  const here = log as WfLog;
  const run: WfRun = { id: scope.message.id, n: plan.n, scope, input, ended: false };
  here.onBegin(run);
  if (plan.seconds !== undefined) await scope.ports.clock.sleep(plan.seconds * 1_000);
  try {
    return await act(plan, input, self, here, scope);
  } finally {
    run.ended = true;
  }
}

async function act(plan: Plan, input: Json | undefined, self: TaskContext<never>, here: WfLog, scope: TaskScope) {
  const result = resultOf(plan, input);
  switch (plan.act) {
    case 'retry':
      if (self.request.retries < (plan.fails ?? 1)) throw new Again('not yet');
      return result;
    case 'exhaust':
      if (!here.healed) throw new Again('never');
      return result;
    case 'fail':
      if (!here.healed) throw new Boom(`task ${plan.n}`);
      return result;
    case 'reject':
      if (!here.healed) throw new Reject('no');
      return result;
    case 'bad-result':
      return here.healed ? result : Number.NaN;
    case 'ignore':
      throw new Ignore('whatever');
    case 'replace':
      return self.replace(asSignature(build(plan.sub as Wf)) as never);
    case 'launch':
      await launch(plan, here, scope);
      return result;
    default:
      return result;
  }
}

async function launch({ n, sub, chosen }: Plan, { launched }: WfLog, { message, attempt }: TaskScope): Promise<void> {
  const options = chosen ? { taskId: `${message.id.replaceAll('.', '-')}-child` } : {};
  const { id } = await build(sub as Wf).applyAsync([], options);
  launched.push({ by: `${message.id} ${message.round} ${message.generation} ${attempt}`, n, id });
}
