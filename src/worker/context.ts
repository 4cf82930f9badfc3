import { InvalidOptionError, Retry, TaskEndedError, TooLargeError } from '../base/errors.ts';
import { assertJson, type Json } from '../base/json.ts';
import { MAX_META_BYTES } from '../base/limits.ts';
import { jsonOf } from '../canvas/bound-signature.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import { listCanvas } from '../canvas/canvas-node.ts';
import { checkArguments, prepare } from '../client/prepare.ts';
import type { TaskScope } from '../client/scope.ts';
import { untilSeen } from '../client/unseen.ts';
import type { TaskItem } from '../protocol/item.ts';
import type { Logger, RetryOptions, TaskContext, TaskRequest } from '../task/context.ts';
import { readCustomState } from '../task/custom-state.ts';
import { readRetryRequest } from '../task/retry-request.ts';
import type { Claimed } from './claimed.ts';
import type { Delivery } from './delivery.ts';
import type { Invocation } from './invocation.ts';
import { checkReplacement } from './replacement.ts';
import { writerOf } from './writer.ts';

/** One run of the body: what was known before it, and what it asked for. */
export interface Attempt {
  /** Retries that lie behind it. */
  readonly retries: number;
  /** Absent on the first delivery of a plain task. */
  readonly claim: Claimed | undefined;
  /** The item as this attempt last saw it. */
  item: TaskItem | undefined;
  /** Something of it may be stored, whether the store answered or not. */
  traced: boolean;
  /** `self.retry()` was called: it counts even if user code swallows what it throws. */
  retryAsked: Retry | undefined;
  /** `self.replace()` was called: the canvas that the task goes on as. Counts even if user code swallows what it throws. */
  replacement: CanvasJson | undefined;
  readonly startedAtMs: number;
}

/** The first parameter of a task with `bind: true`. */
export function taskContext(
  attempt: Attempt,
  delivery: Delivery,
  invocation: Invocation,
  signal: () => AbortSignal,
  scope: TaskScope,
): TaskContext<never> {
  return {
    request: requestOf(attempt, delivery, invocation),
    get signal() {
      return signal();
    },
    log: loggerOf(delivery, invocation),
    retry(options: RetryOptions<never> = {}): never {
      readRetryRequest(options, invocation.worker.ports.clock.now()); // a wrong call throws here, where it stands
      attempt.retryAsked = new Retry(options);
      throw attempt.retryAsked;
    },
    replace: (signature: unknown) => {
      if (scope.closed) return Promise.reject(new TaskEndedError('be replaced'));
      const replacing = replace(attempt, delivery, invocation, signature);
      return untilSeen(replacing, scope.sends);
    },
    updateState: (state: string, meta?: unknown) => {
      if (scope.closed) return Promise.reject(new TaskEndedError('report a state'));
      return updateState(attempt, delivery, invocation, state, meta);
    },
  } as TaskContext<never>;
}

/** Checks the canvas as a call of it would; then ends the body where it stands. */
async function replace(
  attempt: Attempt,
  { message }: Delivery,
  { worker }: Invocation,
  signature: unknown,
): Promise<never> {
  if (message.each) throw noPlaceInMap(message.each);
  const node = await listCanvas(jsonOf(signature));
  const preparing = { core: worker.core, nowMs: worker.ports.clock.now(), given: [], complete: [] };
  const canvas = prepare(node, preparing);
  await checkArguments(preparing);
  checkReplacement(canvas, message, worker.ports);
  attempt.replacement = canvas;
  throw new Replaced();
}

/** The items of a map share one id: nothing could go on under that of one item. */
function noPlaceInMap(each: 'map' | 'starmap'): InvalidOptionError {
  return new InvalidOptionError(
    `self.replace() has no place inside a ${each}: it would replace all items by what one becomes; use a group of signatures`,
  );
}

/** Ends the body of a task that is replaced. */
class Replaced extends Error {
  constructor() {
    super('the task is replaced: return self.replace(…), and do nothing after it');
    this.name = 'Replaced';
  }
}

function requestOf(attempt: Attempt, { message, queue, receiveCount }: Delivery, invocation: Invocation): TaskRequest {
  const { etaMs, expiresAtMs } = message;
  const { policy } = invocation.worker.core.registry.get(message.task) ?? {};
  const limitMs = message.limits.timeLimitMs ?? policy?.timeLimitMs ?? Number.POSITIVE_INFINITY;
  return Object.freeze({
    id: message.id,
    task: message.task,
    args: message.args,
    retries: attempt.retries,
    root: message.root,
    parent: message.parent ?? null,
    group: message.next?.slot?.group ?? null,
    index: message.next?.slot?.index ?? null,
    queue,
    receiveCount,
    eta: etaMs === undefined ? null : new Date(etaMs),
    expires: expiresAtMs === undefined ? null : new Date(expiresAtMs),
    deadline: new Date(Math.min(invocation.deadlineMs, attempt.startedAtMs + limitMs)),
    headers: message.headers ?? {},
    calledDirectly: false,
  });
}

async function updateState(
  attempt: Attempt,
  delivery: Delivery,
  invocation: Invocation,
  state: string,
  meta: unknown,
): Promise<void> {
  readCustomState(state);
  const { ports } = invocation.worker;
  const progress = {
    kind: 'progress' as const,
    by: writerOf(delivery, attempt.claim, ports.clock.now()),
    state,
    ...(meta !== undefined ? { meta: checkedMeta(meta) } : {}),
  };
  const { id, task } = delivery.message;
  const warn = (why: string) =>
    ports.telemetry.log({ level: 'warn', message: `state ${state} not stored: ${why}`, id, task });
  attempt.traced = true;
  try {
    const answer = await ports.backend.write(progress, attempt.item);
    if (answer.written) attempt.item = answer.item;
    else warn(`another delivery has the task (${answer.refused})`);
  } catch (error) {
    warn(String(error)); // progress is for people to see: a throttled table must not fail the task
  }
}

function checkedMeta(meta: unknown): Json {
  const json = assertJson(meta, 'meta');
  const bytes = Buffer.byteLength(JSON.stringify(json));
  if (bytes <= MAX_META_BYTES) return json;
  throw new TooLargeError(
    `\`meta\` has ${bytes} bytes, ${MAX_META_BYTES} are allowed; store it elsewhere and give its key`,
  );
}

function loggerOf({ message: { id, task } }: Delivery, { worker }: Invocation): Logger {
  const line = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: object) =>
    worker.ports.telemetry.log({ level, message, id, task, ...(fields ? { fields } : {}) });
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}
