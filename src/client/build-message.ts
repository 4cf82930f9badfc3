import { childId, newId } from '../base/ids.ts';
import type { Json } from '../base/json.ts';
import type { CallOptionsJson } from '../canvas/call-options-json.ts';
import type { Message } from '../message/message.ts';
import type { Ports } from '../ports/ports.ts';
import type { Call } from './call.ts';
import type { TaskScope } from './scope.ts';

/** What one call sends: which task, with which arguments and options. */
export interface Sending {
  readonly task: string;
  readonly args: readonly Json[];
  /** As the caller gave them. */
  readonly options: CallOptionsJson;
  /** The same in units. */
  readonly call: Call;
}

/**
 * The message of one call.
 *
 * Sent from inside a task it is that task's child: same root and round, one hop further, and with an id that a redelivered
 * parent gives it again. An id that the caller chose may have been used before: such a message is marked, so that the worker
 * claims it, and a second task of the same id is dropped.
 */
export function buildMessage(sending: Sending, ports: Ports, scope: TaskScope | undefined): Message {
  const { call, task, args } = sending;
  const unique = () => newId(ports.clock.now(), ports.random);
  const id = call.taskId ?? (scope ? childIdOf(sending, scope) : unique());
  return {
    id,
    copy: unique(),
    task,
    args,
    ...ancestry(id, scope),
    again: scope?.again === true || call.taskId !== undefined,
    retries: 0,
    ...(call.etaMs !== undefined ? { etaMs: call.etaMs } : {}),
    ...(call.expiresAtMs !== undefined ? { expiresAtMs: call.expiresAtMs } : {}),
    ...(call.headers !== undefined ? { headers: call.headers } : {}),
    generation: 0,
    redriven: false,
    limits: call.limits,
  };
}

type Ancestry = Pick<Message, 'root' | 'parent' | 'hops' | 'round' | 'traceparent'>;

function ancestry(id: string, scope: TaskScope | undefined): Ancestry {
  if (!scope) return { root: id, hops: 0, round: 0 };
  const { message } = scope;
  return {
    root: message.root,
    parent: message.id,
    hops: message.hops + 1,
    round: message.round,
    ...(message.traceparent !== undefined ? { traceparent: message.traceparent } : {}),
  };
}

/**
 * Equal calls are told apart by their number, all others by what they say, never by their order: `Promise.all` changes that.
 *
 * The queue does not count: a call that is routed elsewhere by a new deployment is the same call. A moment that the task
 * derives from the clock does, so a redelivered parent sends such a child twice; `countdown` is the same each time.
 */
function childIdOf({ task, args, options }: Sending, scope: TaskScope): string {
  const { queue: _queue, ...rest } = options;
  const call = JSON.stringify([task, args, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const number = scope.calls.get(call) ?? 0;
  scope.calls.set(call, number + 1);
  const { id, generation, round } = scope.message;
  return childId({ id, attempt: scope.attempt, generation, round }, `${number} ${call}`);
}
