import { TaskIgnoredError } from '../base/errors.ts';
import { assertJson, type Json } from '../base/json.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import { deadLetterOf, type Message } from '../message/message.ts';
import { errbacksOf, type Frame, type Slot, type Stage, stagesOf } from '../message/next.ts';
import type { DeadLetterReason, TaskItem } from './item.ts';

/** One thing that has to happen after an outcome is stored; each may happen twice without harm. */
export type Effect =
  | DeadLetterEffect
  /** A canvas is sent with the result. */
  | { readonly kind: 'link'; readonly canvas: CanvasJson; readonly place: string }
  /** The next step of the innermost chain is sent with the result. */
  | { readonly kind: 'next'; readonly frames: readonly [Frame, ...Frame[]]; readonly slot: Slot | undefined }
  | ErrbackEffect
  | MarkEffect
  | ArriveEffect;

/** A canvas is sent with the failure. */
export interface ErrbackEffect {
  readonly kind: 'errback';
  readonly canvas: CanvasJson;
  readonly place: string;
  readonly error: TaskError;
  /** What failed, where it is not the task itself: a step that could not be sent, and the round of it. */
  readonly stage?: Stage & { readonly round: number };
}

/** The message goes to the dead-letter queue. */
export interface DeadLetterEffect {
  readonly kind: 'dead-letter';
  readonly message: Message;
  readonly reason: DeadLetterReason;
  readonly error: TaskError | undefined;
  readonly attempt: number;
}

/** A stage that depended on it ends as well. */
export interface MarkEffect {
  readonly kind: 'mark';
  readonly stage: Stage;
  readonly state: 'FAILURE' | 'REVOKED';
  readonly error: TaskError;
  readonly cause: string;
  readonly round: number;
}

/** The member of a group has ended. */
export interface ArriveEffect {
  readonly kind: 'arrive';
  readonly slot: Slot;
  readonly failed: boolean;
  readonly round: number;
}

/**
 * What has to happen, in this order, given the stored outcome. Nothing is taken from memory: a redelivered message whose
 * outcome is stored gets the same list.
 *
 * - success: links, then the next step of the chain, or the arrival of a member;
 * - failure: the dead letter (of its own code only), errbacks, one mark for each stage that depended on it, the arrival;
 * - revoked, ignored: marks and the arrival;
 * - ended by a mark: nothing, for whoever marked it does all that.
 *
 * @see docs/protocol.md
 */
export function effects(message: Message, item: TaskItem): readonly Effect[] {
  if (item.marked) return [];
  switch (item.state) {
    case 'SUCCESS':
      return [...links(message), ...onward(message)];
    case 'FAILURE':
      return [...deadLetter(message, item), ...errbacks(message, item), ...ending(message, item)];
    default:
      return ending(message, item);
  }
}

function links({ next }: Message): readonly Effect[] {
  return (next?.link ?? []).map((canvas, i) => ({ kind: 'link', canvas, place: `l${i}` }));
}

function onward({ next, round }: Message): readonly Effect[] {
  const [frame, ...outer] = next?.frames ?? [];
  if (frame) return [{ kind: 'next', frames: [frame, ...outer], slot: next?.slot }];
  return arrival(next?.slot, false, round);
}

/** A failed chord has none: its members have theirs. */
function deadLetter(message: Message, item: TaskItem): readonly Effect[] {
  const { cause, error, attempt, reason = 'permanent' } = item;
  if (cause !== message.id || reason === 'chord') return [];
  return [{ kind: 'dead-letter', message: deadLetterOf(message), reason, error, attempt }];
}

/** Each failing round calls them once. */
function errbacks({ next, round }: Message, { error = UNKNOWN }: TaskItem): readonly Effect[] {
  return errbacksOf(next ?? {}).map((canvas, i) => ({ kind: 'errback', canvas, place: `e${round}-${i}`, error }));
}

function ending({ id, next, round }: Message, item: TaskItem): readonly Effect[] {
  const state = item.state === 'REVOKED' ? 'REVOKED' : 'FAILURE';
  const error = item.error ?? (item.state === 'IGNORED' ? ignored(id) : UNKNOWN);
  const cause = item.cause ?? id;
  const told = shortened(error);
  const marks = stagesOf(next ?? {}).map(
    (stage) => ({ kind: 'mark' as const, stage, state, error: told, cause, round }) as const,
  );
  return [...marks, ...arrival(next?.slot, true, round)];
}

/** The first few failures of a header: its own item has more, and a mark is written for every stage. */
function shortened(error: TaskError): TaskError {
  const { failures } = error;
  return failures && failures.length > MAX_MARKED_FAILURES
    ? { ...error, failures: failures.slice(0, MAX_MARKED_FAILURES) }
    : error;
}

const MAX_MARKED_FAILURES = 5;

function arrival(slot: Slot | undefined, failed: boolean, round: number): readonly Effect[] {
  return slot ? [{ kind: 'arrive', slot, failed, round }] : [];
}

function ignored(id: string): TaskError {
  const { name, code, message } = new TaskIgnoredError(`task ${id} ended by Ignore, so nothing follows from it`);
  return { name, code, message };
}

const UNKNOWN: TaskError = { name: 'Error', message: 'the task failed; its error was not stored' };

/** What an errback is called with. Arguments that are too large, or nested too deep, to travel are left out. */
export function failureOf(message: Message, error: TaskError): Json {
  const { id, task, args, root } = message;
  return { id, task, args: travels(args) ? args : [], error: error as unknown as Json, root };
}

const MAX_ERRBACK_ARGS = 65_536;

function travels(args: Message['args']): boolean {
  try {
    return JSON.stringify(assertJson(args, 'args')).length <= MAX_ERRBACK_ARGS;
  } catch {
    return false; // nested too deep to stand in a failure
  }
}
