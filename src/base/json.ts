import { NotJsonError } from './errors.ts';

/** Strict JSON: what a message and a result may hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An object of strict JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** Nesting beyond this is refused: a parser on the other side may not bear it. */
export const MAX_JSON_DEPTH = 200;
/** What may be sent or returned: it is still read where a list of arguments, a group's list or a failure holds it. */
export const MAX_SENT_DEPTH: number = MAX_JSON_DEPTH - 20;

/**
 * Returns `value` if it is strict JSON.
 *
 * A Date, bigint, Map, class instance, function, NaN, a cycle, or `undefined` inside an array is refused; an object's
 * property that is `undefined` counts as absent, as in `JSON.stringify`.
 *
 * @param at  how the value is called in the error, e.g. `args`
 * @param maxDepth  levels of lists and objects
 * @throws {NotJsonError} with the path of the first place that is not JSON, and what to use instead
 */
export function assertJson(value: unknown, at: string, maxDepth: number = MAX_SENT_DEPTH): Json {
  const problem = problemOf(value, [], maxDepth);
  if (problem) throw new NotJsonError(`${at}${problem.path}`, problem.got, problem.remedy);
  return value as Json;
}

/** Tells a plain object (literal, `Object.create(null)` or parsed JSON) from arrays and class instances. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** The first place that is not JSON; its path is put together on the way back, so that what is well costs no text. */
interface Problem {
  readonly path: string;
  readonly got: string;
  readonly remedy: string;
}

function problemOf(value: unknown, above: object[], maxDepth: number): Problem | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return undefined;
  if (typeof value !== 'object') return here(...primitiveRemedy(value));
  if (above.includes(value)) return here('a cycle', 'send ids instead of references');
  if (above.length >= maxDepth) return here(`deeper than ${maxDepth} levels`, 'flatten it');
  above.push(value);
  const problem = Array.isArray(value) ? inArray(value, above, maxDepth) : inObject(value, above, maxDepth);
  above.pop();
  return problem;
}

function inArray(values: readonly unknown[], above: object[], maxDepth: number): Problem | undefined {
  for (let i = 0; i < values.length; i++) {
    const problem = problemOf(values[i], above, maxDepth);
    if (problem) return { ...problem, path: `[${i}]${problem.path}` };
  }
  return undefined;
}

function inObject(value: object, above: object[], maxDepth: number): Problem | undefined {
  if (!isPlainObject(value) || typeof value.toJSON === 'function') return here(...objectRemedy(value));
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const child = value[key];
    const problem = child === undefined ? undefined : problemOf(child, above, maxDepth);
    if (problem) return { ...problem, path: `.${key}${problem.path}` };
  }
  return undefined;
}

function here(got: string, remedy: string): Problem {
  return { path: '', got, remedy };
}

function primitiveRemedy(value: unknown): [got: string, remedy: string] {
  switch (typeof value) {
    case 'undefined':
      return ['undefined', 'use null'];
    case 'number':
      return [String(value), 'use null or a string'];
    case 'bigint':
      return ['a bigint', 'use a string'];
    case 'function':
      return ['a function', 'use plain data'];
    default:
      return [`a ${typeof value}`, 'use a string'];
  }
}

function objectRemedy(value: object): [got: string, remedy: string] {
  if (value instanceof Date) return ['a Date', 'use its ISO string'];
  if (value instanceof Map) return ['a Map', 'use an object or a list of pairs'];
  if (value instanceof Set) return ['a Set', 'use an array'];
  if (value instanceof RegExp) return ['a RegExp', 'use its source'];
  if (value instanceof Promise) return ['a Promise', 'await it'];
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return ['binary data', 'use a base64 string'];
  return [`an instance of ${value.constructor?.name ?? 'a class'}`, 'use a plain object'];
}
