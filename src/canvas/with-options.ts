import { type CallOptionsJson, mergeCallOptions } from './call-options-json.ts';
import type { CanvasJson } from './canvas-json.ts';

/**
 * A part of a canvas with what it inherits from the canvas around it, under its own options; only its own `options` change,
 * nothing below it.
 *
 * A `taskId` is nobody else's. A time says when the whole begins: it goes on to what the whole begins with, and an own time of
 * either form wins over it. Everything else is taken as a whole, e.g. all headers or none.
 *
 * @param begins  the canvas around begins with this part: the first step, every member, the header
 */
export function withOptions(child: CanvasJson, inherited: CallOptionsJson, begins: boolean): CanvasJson {
  const { taskId: _taskId, countdown, eta, ...lasting } = inherited;
  const from: CallOptionsJson = {
    ...lasting,
    ...(begins && countdown !== undefined ? { countdown } : {}),
    ...(begins && eta !== undefined ? { eta } : {}),
  };
  if (Object.keys(from).length === 0) return child;
  return Object.freeze({ ...child, options: mergeCallOptions(from, child.options ?? {}) });
}
