import { isId } from '../base/ids.ts';
import { isPlainObject, type Json } from '../base/json.ts';
import { MAX_PATH_LENGTH } from '../base/path-ids.ts';
import { readCanvas } from '../canvas/read-canvas.ts';

const KEY = /^[\w.:/#-]{1,400}$/;

/** Tells whether a parsed value is a `Next`, down to the canvases in it. */
export function isNextJson(value: Json | undefined): boolean {
  if (!isPlainObject(value)) return false;
  const { link, errbacks, frames, slot, ...unknown } = value as Fields;
  return (
    Object.keys(unknown).length === 0 &&
    isCanvases(link) &&
    isCanvases(errbacks) &&
    (frames === undefined || (Array.isArray(frames) && frames.every(isFrame))) &&
    (slot === undefined || isSlot(slot))
  );
}

/** Tells whether a parsed value is an `Input`. */
export function isInputJson(value: Json | undefined): boolean {
  if (!isPlainObject(value)) return false;
  const { result, group, size, take, onError } = value as Fields;
  if (result !== undefined) return isId(result);
  return isGroup(group) && isPlace(size) && ['list', 'nothing', 'empty'].includes(take as string) && isPolicy(onError);
}

/** Tells whether what a head holds is a `BarrierPromise`. */
export function isPromiseJson(value: Json | undefined): boolean {
  if (!isPlainObject(value)) return false;
  const { frames, slot, onError } = value as Fields;
  return Array.isArray(frames) && frames.every(isFrame) && (slot === undefined || isSlot(slot)) && isPolicy(onError);
}

type Fields = { readonly [key: string]: Json | undefined };

function isFrame(value: Json): boolean {
  if (!isPlainObject(value)) return false;
  const { id, path, at, length, steps, stepsKey, generation, link, errbacks } = value as Fields;
  if (!isId(id) || !isId(path) || !isCount(at) || !isCount(length) || at >= length) return false;
  const stored = isKey(stepsKey) && steps === undefined;
  const inline = Array.isArray(steps) && steps.length === length - at && isCanvases(steps);
  return (
    (stored || inline) && (generation === undefined || isCount(generation)) && isCanvases(link) && isCanvases(errbacks)
  );
}

function isSlot(value: Json): boolean {
  if (!isPlainObject(value)) return false;
  const { group, index, size } = value as Fields;
  return isGroup(group) && isPlace(index) && (size === undefined || (isPlace(size) && index < size));
}

function isPolicy(value: Json | undefined): boolean {
  if (value === undefined || value === 'settle') return true;
  if (!isPlainObject(value)) return false;
  const { atLeast, maxFailures } = value as Fields;
  return isCount(atLeast) !== isCount(maxFailures);
}

function isCanvases(value: Json | undefined): boolean {
  if (value === undefined) return true;
  if (!Array.isArray(value)) return false;
  try {
    for (const canvas of value) readCanvas(canvas);
    return true;
  } catch {
    return false;
  }
}

/** Its members' ids are longer. */
const isGroup = (value: Json | undefined): value is string => isId(value) && value.length <= MAX_PATH_LENGTH;
const isKey = (value: Json | undefined): value is string => typeof value === 'string' && KEY.test(value);
/** As many digits as a member's key has. */
const isPlace = (value: Json | undefined): value is number => isCount(value) && value <= 999_999_999;
const isCount = (value: Json | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
