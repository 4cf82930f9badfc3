import { checkId } from './base/ids.ts';
import type { Json } from './base/json.ts';
import { readText } from './base/option-readers.ts';
import { jsonOf, makeSignature, sendNode } from './canvas/bound-signature.ts';
import type { CallOptions } from './canvas/call-options.ts';
import type { CallOptionsJson } from './canvas/call-options-json.ts';
import { setLastSender } from './canvas/find-sender.ts';
import type { AsyncResult, GroupResult } from './canvas/handle.ts';
import type { AnySignature, Signature } from './canvas/signature.ts';
import { type SignatureJson, taskJson } from './canvas/signature-json.ts';
import { asyncResult } from './client/async-result.ts';
import { connect, portsHere } from './client/connection.ts';
import { groupResult } from './client/group-result.ts';
import { senderOf } from './client/send.ts';
import { portsFromEnv } from './default-ports.ts';
import type { AppConfig } from './task/app-config.ts';
import { AppDeclaration } from './task/app-declaration.ts';
import { setCore } from './task/core-of.ts';
import type { DefineTask } from './task/define-task.ts';
import { include } from './task/include.ts';
import { makeTask, makeTaskRef } from './task/make-task.ts';
import type { NotJson, Unless } from './task/not-json.ts';
import type { Remote } from './task/remote.ts';
import { readTaskSource } from './task/task-source.ts';

/** An app: its queues, its routes, its tasks, and the way to send them. */
export interface App<Q extends string = string> {
  /** Exists only for the compiler. */
  readonly '~queue': Q;
  readonly name: string;

  /** Defines a task of this app. */
  readonly task: DefineTask<Q>;

  /**
   * Binds every shared task among the exports of modules: `app.include(await import('./tasks.ts'), { sendInvoice })`.
   *
   * @throws {ConfigurationError} there is no task among them
   * @throws {DuplicateTaskError} another task has its name
   */
  include(...modules: readonly object[]): void;

  /**
   * Says where the tasks stand: every `tasks.ts` below `src` without a list, else those modules, e.g. `['orders', 'payments/workers']`.
   *
   * Only recorded here: `celeriac dev` and the build find the files and import them statically, since a bundler needs that.
   */
  autodiscoverTasks(modules?: readonly string[]): void;

  /** The handle of a task that somebody sent; an unknown id reads PENDING. */
  asyncResult<Result = unknown>(id: string): AsyncResult<Result>;

  /** The handle of a group that somebody sent as a whole canvas, or that stands before a step: the id of such a handle. */
  groupResult<Results extends readonly unknown[] = unknown[]>(id: string): GroupResult<Results>;

  /** Sends a task by name, unchecked: for tasks whose code is elsewhere. */
  sendTask<Result = unknown, const A extends readonly unknown[] = readonly unknown[]>(
    name: string,
    args?: A & Unless<NotJson<A, 'args'>>,
    options?: CallOptions<Q>,
  ): Promise<AsyncResult<Result>>;

  /** Binds a signature that was read from JSON to this app. */
  signature<Missing extends unknown[], Result>(json: SignatureJson<Missing, Result>): Signature<Missing, Result>;
  /** Binds a signature or a canvas to this app, whichever one its tasks have. */
  signature<S extends AnySignature>(signature: S): S;
  /** A signature by name, unchecked. */
  // biome-ignore lint/suspicious/noExplicitAny: nobody knows what it takes and gives
  signature<Result = any>(name: string, args?: readonly Json[], options?: CallOptions<Q>): Signature<any, Result>;

  /** Callers' view of tasks whose code is elsewhere: `app.remote<typeof import('./tasks.ts')>()('digest.send').delay(42)`. */
  remote<Tasks>(): Remote<Tasks>;
}

/**
 * Makes an app. It reaches AWS by the environment (`CELERIAC_QUEUE_PREFIX`, `CELERIAC_TABLE`), read at the first send.
 *
 * @throws {ConfigurationError} lists everything in the configuration that cannot work
 * @throws {NotBuiltError} a part of the configuration has no effect yet
 */
export function createApp<Q extends string = 'default'>(name: string, config: AppConfig<Q> = {}): App<Q | 'default'> {
  const core = new AppDeclaration(name, config);
  const sender = senderOf(core);
  setLastSender(sender);
  // biome-ignore lint/style/noProcessEnv: where an app is, its environment says, unless it is connected elsewhere
  connect(core, () => portsFromEnv(process.env));
  const app = Object.freeze({
    name,
    task: (taskName: unknown, options: unknown, body: unknown) => {
      const source = readTaskSource(taskName, options, body);
      core.add(source);
      return makeTask(source, sender);
    },
    include: (...modules: readonly object[]) => include(core, sender, modules),
    autodiscoverTasks: (modules?: readonly string[]) => {
      core.taskModules = Object.freeze([...(modules ?? [])]);
    },
    asyncResult: (id: string) => asyncResult(checkId(id, 'id'), () => portsHere(core)),
    groupResult: (id: string) => groupResult(checkId(id, 'id'), () => portsHere(core)),
    sendTask: (task: string, args: readonly unknown[] = [], options?: object) =>
      sendNode({ kind: 'task', task, args: [], elsewhere: true }, sender, args, options),
    signature: (first: unknown, args?: readonly Json[], options?: object) =>
      makeSignature(signatureJson(first, args, options), sender),
    remote: () => (task: string) => makeTaskRef(readText(task, 'name'), sender),
  });
  setCore(app, core);
  return app as unknown as App<Q | 'default'>;
}

function signatureJson(first: unknown, args: readonly Json[] = [], options?: object) {
  if (typeof first !== 'string') return jsonOf(first);
  const details = { elsewhere: true, ...(options ? { options: options as CallOptionsJson } : {}) };
  return taskJson(readText(first, 'name'), args, details);
}
