import { BarrierMissingError } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { UNENDED_ITEM_SECONDS } from '../base/limits.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import { launchingOf } from '../client/go-on.ts';
import { launch } from '../client/launch.ts';
import { planPart, replacementPath } from '../client/plan.ts';
import { encode } from '../message/codec.ts';
import { compile } from '../message/compile.ts';
import type { Part } from '../message/compile-types.ts';
import type { Launching } from '../message/launching.ts';
import type { Message } from '../message/message.ts';
import type { Ports } from '../ports/ports.ts';
import type { MovedRequest } from '../protocol/item.ts';

/** What a task is replaced by. */
export type CanvasRequest = Exclude<MovedRequest, { message: Message }>;

/** A canvas up to this size stands in the item of the task that it replaces; a larger one is stored beside it. */
const MAX_CANVAS_IN_ITEM = 32_000;

/** The request of a task that is replaced: its canvas, or where that stands. Stored before the item says so. */
export async function replacementRequest(canvas: CanvasJson, { id }: Message, ports: Ports): Promise<MovedRequest> {
  const { clock, random, payloads } = ports;
  const text = JSON.stringify(canvas);
  if (text.length <= MAX_CANVAS_IN_ITEM) return { canvas };
  const canvasKey = `canvas#${id}#${newId(clock.now(), random)}`;
  await payloads.put(canvasKey, text, clock.now() + UNENDED_ITEM_SECONDS * 1_000);
  return { canvasKey };
}

/**
 * Sends the canvas that replaces a task: its result goes on under the task's id, in the next generation, with the task's links,
 * the remainder of its chain and its place in a group.
 *
 * It counts as a hop: tasks that replace themselves for ever end at the limit.
 */
export async function sendReplacement(
  request: CanvasRequest,
  message: Message,
  again: boolean,
  ports: Ports,
): Promise<void> {
  const canvas = await canvasOf(request, ports);
  await launch(parts(canvas, message, launchingFor(message, again, ports)), ports);
}

/**
 * Checks that the canvas can be sent: once the task is given up for it, nothing else could end it.
 *
 * @throws {TooLargeError} a message of it would be too large
 */
export function checkReplacement(canvas: CanvasJson, message: Message, ports: Ports): void {
  const by = { ...launchingFor(message, true, ports), newId: () => SOME_ID };
  for (const part of parts(canvas, message, by)) if (part.kind === 'message') encode(part.message);
}

/** As long as any other. */
const SOME_ID = '00000000-0000-7000-8000-000000000000';

function launchingFor(message: Message, again: boolean, ports: Ports): Launching {
  return launchingOf({ ...message, hops: message.hops + 1 }, message.id, ports, { again, claim: false });
}

function* parts(canvas: CanvasJson, message: Message, by: Launching): Generator<Part> {
  const { id, task, next = {}, round } = message;
  const generation = message.generation + 1;
  const target = { id, path: replacementPath(id, generation, round), generation };
  const plan = planPart(canvas, target.path, task);
  if (plan) yield plan;
  yield* compile(canvas, target, { kind: 'nothing' }, next, by);
}

async function canvasOf(request: CanvasRequest, { payloads }: Ports): Promise<CanvasJson> {
  if ('canvas' in request) return request.canvas;
  const text = await payloads.get(request.canvasKey);
  if (text !== undefined) return JSON.parse(text) as CanvasJson;
  throw new BarrierMissingError(`the canvas under ${request.canvasKey} is not stored`);
}
