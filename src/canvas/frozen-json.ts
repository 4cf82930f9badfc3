import { assertJson, type Json } from '../base/json.ts';

/**
 * A frozen copy of a strict JSON value: what the caller does with its own afterwards changes nothing.
 *
 * @param at  how the value is called in the error, e.g. `args`
 * @throws {NotJsonError} with the path of the first place that is not JSON, and what to use instead
 */
export function frozenJson(value: unknown, at: string): Json {
  return copy(assertJson(value, at));
}

function copy(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item) => copy(item as Json)));
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.freeze(Object.fromEntries(entries.map(([key, child]) => [key, copy(child as Json)])));
}
