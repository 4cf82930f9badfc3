import { CeleriacError, SendError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { LOST_AFTER_MS, MAX_FORWARDED_BYTES } from '../base/limits.ts';
import { pathId } from '../base/path-ids.ts';
import { storeWithoutStack, type TaskError } from '../base/stored-error.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import { goOn, launchingOf, type Remainder } from '../client/go-on.ts';
import { launch } from '../client/launch.ts';
import { compile } from '../message/compile.ts';
import type { Given } from '../message/compile-types.ts';
import type { Launching } from '../message/launching.ts';
import { errbacksOf, type Slot, type Stage, stagesOf } from '../message/next.ts';
import type { Ports } from '../ports/ports.ts';
import type { Effect } from '../protocol/effects.ts';
import type { TaskItem } from '../protocol/item.ts';
import { type Delivery, firstSentAtMs } from './delivery.ts';
import type { Invocation } from './invocation.ts';
import { type CanvasRequest, sendReplacement } from './replacement.ts';

/** From which message something is sent, and whether it may have been sent before. */
export interface Sender {
  readonly delivery: Delivery;
  readonly invocation: Invocation;
  readonly again: boolean;
}

/**
 * Sends the next step of a chain.
 *
 * @returns what has to happen instead, where the step can never be sent: nobody may wait for it
 * @throws {Error} it could not be sent now
 */
export async function sendNext(
  remainder: Remainder,
  given: Given,
  by: Launching,
  { delivery, invocation }: Sender,
): Promise<readonly Effect[]> {
  const { ports } = invocation.worker;
  try {
    await goOn(remainder, given, by, ports);
    return [];
  } catch (error) {
    if (!isForGood(error, delivery, ports)) throw error;
    return insteadOf(error, remainder, by);
  }
}

/**
 * Sends the canvas that replaces a task.
 *
 * @returns what has to happen instead, where it can never be sent: the task itself ends by a mark
 * @throws {Error} it could not be sent now
 */
export async function sendInstead(
  request: CanvasRequest,
  { delivery, invocation, again }: Sender,
): Promise<readonly Effect[]> {
  const { ports } = invocation.worker;
  const { id, task, round, generation, next = {} } = delivery.message;
  try {
    await sendReplacement(request, delivery.message, again, ports);
    return [];
  } catch (error) {
    if (!isForGood(error, delivery, ports)) throw error;
    const stored = storeWithoutStack(error);
    const stages = [{ id, task, generation: generation + 1 }, ...stagesOf(next)];
    return [
      ...errbacksOf(next).map(
        (canvas, i) => ({ kind: 'errback', canvas, place: `e${round}-${i}`, error: stored }) as const,
      ),
      ...endOf(stages, next.slot, stored, id, round),
    ];
  }
}

/** Sends a canvas beside the workflow: a link, or an errback. One that can never be sent is told and left. */
export async function sendBeside(
  canvas: CanvasJson,
  place: string,
  given: Given,
  claim: boolean,
  { delivery, invocation, again }: Sender,
): Promise<void> {
  const { ports } = invocation.worker;
  const { message } = delivery;
  const id = pathId(message.id, place);
  const by = launchingOf(message, message.id, ports, { again, claim });
  try {
    await launch(compile(canvas, { id, path: id }, given, {}, by), ports);
  } catch (error) {
    if (!isForGood(error, delivery, ports)) throw error;
    const text = `a link or an errback cannot be sent: ${error.message}`;
    ports.telemetry.log({ level: 'error', message: text, id: message.id, task: message.task });
  }
}

/** The result as the next task gets it: in its message, or by reference if it is large. */
export function resultGiven({ value = null, valueKey }: TaskItem, id: string): Given {
  const small = valueKey === undefined && sizeOf(value) <= MAX_FORWARDED_BYTES;
  return small ? { kind: 'values', values: [value] } : { kind: 'input', input: { result: id } };
}

function sizeOf(value: Json): number {
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value).length : 0;
}

/**
 * What can never be sent (it is too large, or not stored any more) ends here, with all that depends on it. It has no message
 * that could be a dead letter, but its errbacks are called.
 */
function insteadOf(error: Error, { frames, slot }: Remainder, by: Launching): readonly Effect[] {
  const { round, parent = '' } = by;
  const stored = storeWithoutStack(error);
  const stages = stagesOf({ frames });
  const [stage] = stages as [Stage];
  const errbacks = errbacksOfStep(frames, by).map(
    (canvas, i) =>
      ({ kind: 'errback', canvas, place: `e${round}-${i}`, error: stored, stage: { ...stage, round } }) as const,
  );
  return [...errbacks, ...endOf(stages, slot, stored, parent, round)];
}

/** The end of stages that will not run: their marks, and the arrival of what they are a member of. */
function endOf(
  stages: readonly Stage[],
  slot: Slot | undefined,
  error: TaskError,
  cause: string,
  round: number,
): readonly Effect[] {
  const marks = stages.map((stage) => ({ kind: 'mark', stage, state: 'FAILURE', error, cause, round }) as const);
  return [...marks, ...(slot ? [{ kind: 'arrive', slot, failed: true, round } as const] : [])];
}

/** Those of the next step, where it can be read, then those of the chains that it belongs to. */
function errbacksOfStep(frames: Remainder['frames'], { stored }: Launching): readonly CanvasJson[] {
  const [{ steps, stepsKey = '', at }] = frames;
  const step = steps ? steps[0] : stored.get(stepsKey)?.[at - 1];
  const own = step?.kind === 'group' ? [] : (step?.linkError ?? []);
  return errbacksOf({ errbacks: own, frames });
}

const FOR_GOOD: ReadonlySet<string> = new Set(['TOO_LARGE', 'BARRIER_MISSING', 'INVALID_OPTION']);

/**
 * Tells whether trying again cannot help, or has been tried for so long that nobody may wait for it any longer: a message that
 * is as old as the lost queue lets one become.
 */
function isForGood(error: unknown, delivery: Delivery, { clock }: Ports): error is Error {
  if (error instanceof CeleriacError && FOR_GOOD.has(error.code)) return true;
  if (error instanceof SendError && error.final) return true;
  const dueMs = Math.max(firstSentAtMs(delivery), delivery.message.etaMs ?? 0);
  return delivery.receivedFrom !== delivery.queue && clock.now() - dueMs > LOST_AFTER_MS;
}
