import { newId } from '../base/ids.ts';
import { ENDED_ITEM_SECONDS, MAX_RESULT_BYTES, UNENDED_ITEM_SECONDS, WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import type { EndState } from '../base/states.ts';
import type { Message } from '../message/message.ts';
import type { Input } from '../message/next.ts';
import type { Ports } from '../ports/ports.ts';
import type { WriteAnswer } from '../ports/result-backend.ts';
import type { MovedRequest, TaskItem } from '../protocol/item.ts';
import type { End, Write } from '../protocol/write.ts';
import type { TaskPolicy } from '../task/policy.ts';
import type { Attempt } from './context.ts';
import type { Delivery } from './delivery.ts';
import { insist } from './insist.ts';
import type { Invocation } from './invocation.ts';
import type { Outcome } from './outcome.ts';
import { replacementRequest } from './replacement.ts';
import { writerOf } from './writer.ts';

/** Who ran, or why nobody did: what a store of the outcome needs. */
export interface Ran {
  readonly policy: TaskPolicy;
  /** Absent if the code did not run in this delivery. */
  readonly attempt: Attempt | undefined;
  /** Failed attempts that lie behind the task. */
  readonly retries: number;
}

/**
 * Tells whether an outcome leaves no trace: a plain success whose result nobody wants, on its first delivery. Everything
 * else is stored, even if the value is ignored.
 */
export function leavesNoTrace(outcome: Outcome, { message }: Delivery, ran: Ran): boolean {
  if (outcome.kind !== 'success' || ran.attempt?.traced || followsSuccess(message)) return false;
  return ignoresResult(message, ran.policy);
}

/**
 * Stores the outcome by one conditional write, before anything follows from it.
 *
 * Insists until the deadline is near: a throttled table must not make user code run again.
 *
 * @throws {Error} the store did not answer in time; the message goes back
 */
export async function store(
  outcome: Outcome,
  delivery: Delivery,
  ran: Ran,
  invocation: Invocation,
): Promise<WriteAnswer> {
  const { backend, clock } = invocation.worker.ports;
  const write = await insist(() => writeOf(outcome, delivery, ran, invocation), invocation);
  const now = () => ({ ...write, by: { ...write.by, nowMs: clock.now() } }) as Write;
  return insist(() => backend.write(now(), ran.attempt?.item), invocation);
}

/** The write; what is too large for the item is stored before. */
async function writeOf(outcome: Outcome, delivery: Delivery, ran: Ran, invocation: Invocation): Promise<Write> {
  const { ports } = invocation.worker;
  const nowMs = ports.clock.now();
  const claim = ran.attempt?.claim;
  switch (outcome.kind) {
    case 'retry': {
      const { error, nextAtMs } = outcome;
      return { kind: 'retry', by: writerOf(delivery, claim, nowMs), attempt: ran.retries + 1, nextAtMs, error };
    }
    case 'move': {
      const request = movedRequest(outcome, delivery, ran, invocation);
      const by = writerOf(delivery, claim, nowMs);
      return { kind: 'move', by, attempt: ran.retries + 1, request, error: outcome.error };
    }
    case 'replace': {
      const request = await replacementRequest(outcome.canvas, delivery.message, ports);
      return { kind: 'move', by: writerOf(delivery, claim, nowMs), attempt: ran.retries + 1, request };
    }
    default: {
      const end = endOf(outcome, delivery, ran, nowMs);
      return end.value === undefined ? end : withStoredValue(end, ports);
    }
  }
}

/** A value that is too large for the item stands beside it. */
async function withStoredValue({ value, ...end }: End, { payloads, clock, random }: Ports): Promise<End> {
  const text = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : '';
  if (text.length * 3 <= MAX_RESULT_BYTES || Buffer.byteLength(text) <= MAX_RESULT_BYTES) {
    return { ...end, ...(value !== undefined ? { value } : {}) };
  }
  const valueKey = `result#${end.by.id}#${newId(clock.now(), random)}`;
  await payloads.put(valueKey, text, end.by.expiresAtMs);
  return { ...end, valueKey };
}

type Ending = Exclude<Outcome, { kind: 'retry' | 'move' | 'replace' }>;

function endOf(outcome: Ending, delivery: Delivery, ran: Ran, nowMs: number): End {
  const { attempt, policy } = ran;
  const livesMs = Math.max(policy.resultExpiresMs, knownMs(outcome, delivery.message, policy));
  return {
    kind: 'end',
    by: writerOf(delivery, attempt?.claim, nowMs, livesMs),
    unrun: attempt === undefined,
    attempt: ran.retries,
    ...(attempt ? { startedAtMs: attempt.startedAtMs } : {}),
    ...(livesMs > policy.resultExpiresMs ? { resultExpiresAtMs: nowMs + policy.resultExpiresMs } : {}),
    ...endStateOf(outcome, delivery.message, policy),
  };
}

/**
 * How long an end has to be known, so that a late duplicate does not run again: a day for what may run twice, longer than any
 * message lives for what may not, and for a failure, and whatever a dead letter has started, as long as a dead letter can be
 * redriven: another of the same may still lie in its queue. What belongs to a workflow has to be there when the last dead letter
 * of that is redriven.
 */
function knownMs(outcome: Ending, { next, input, round }: Message, policy: TaskPolicy): number {
  if (next !== undefined || input !== undefined) return WORKFLOW_PART_SECONDS * 1_000;
  const long = !policy.acksLate || outcome.kind === 'failure' || round > 0;
  return (long ? UNENDED_ITEM_SECONDS : ENDED_ITEM_SECONDS) * 1_000;
}

function endStateOf(
  outcome: Ending,
  message: Message,
  policy: TaskPolicy,
): Pick<End, 'state' | 'value' | 'error' | 'reason' | 'cause'> {
  switch (outcome.kind) {
    case 'success':
      return { state: 'SUCCESS', ...(ignoresResult(message, policy) ? {} : { value: outcome.value }) };
    case 'failure':
      return {
        state: 'FAILURE',
        error: outcome.error,
        reason: outcome.reason,
        ...(outcome.cause !== undefined ? { cause: outcome.cause } : {}),
      };
    case 'ignored':
      return { state: 'IGNORED' satisfies EndState };
    case 'revoked':
      return { state: 'REVOKED', error: { name: 'TaskRevokedError', message: outcome.why, code: 'TASK_REVOKED' } };
  }
}

/**
 * A later round always stores its result: in the earlier one the task stands as failed. So does a task whose result goes on:
 * what follows is sent from what is stored.
 */
function ignoresResult(message: Message, policy: TaskPolicy): boolean {
  if (message.round > 0 || followsSuccess(message)) return false;
  return message.limits.ignoreResult ?? policy.ignoreResult;
}

/** Something follows from its success: a link, a next step, its place in a group. */
function followsSuccess({ next }: Message): boolean {
  return next?.link !== undefined || next?.frames !== undefined || next?.slot !== undefined;
}

/** The message that continues the task under the same id: a new copy of the next generation. */
function movedRequest(
  outcome: Extract<Outcome, { kind: 'move' }>,
  { message, queue }: Delivery,
  ran: Ran,
  { worker }: Invocation,
): MovedRequest {
  const { clock, random } = worker.ports;
  const { sentAtMs: _first, input, ...kept } = message;
  const referred = outcome.args === undefined ? input : withoutList(input);
  return {
    queue: outcome.queue ?? queue,
    message: {
      ...kept,
      copy: newId(clock.now(), random),
      args: outcome.args ?? message.args,
      ...(referred ? { input: referred } : {}),
      retries: ran.retries + 1,
      etaMs: outcome.nextAtMs,
      generation: message.generation + 1,
    },
  };
}

/** New arguments are all of them: what was referred to is not put before them. A header still has to have succeeded. */
function withoutList(input: Input | undefined): Input | undefined {
  return input && 'group' in input ? { ...input, take: 'nothing' } : undefined;
}

/** Retries that lie behind the task, as far as its message and its item know. */
export function retriesOf(message: Message, item: TaskItem | undefined): number {
  return Math.max(message.retries, item?.attempt ?? 0);
}
