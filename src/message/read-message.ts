import { UnreadableMessageError } from '../base/errors.ts';
import { MAX_ID_LENGTH } from '../base/ids.ts';
import { assertJson, isPlainObject, type Json, type JsonObject } from '../base/json.ts';
import { type CallLimits, MESSAGE_DEFAULTS, type Message } from './message.ts';

/**
 * Reads the fields of a parsed body into a message; unknown fields are left alone.
 *
 * @param newerVersion  set if the body is of a later version: then a field that does not fit is taken as absent
 * @throws {UnreadableMessageError} a field has a wrong type or value
 */
export function readMessage(body: JsonObject, sqsMessageId: string, newerVersion: number | undefined): Message {
  const read = newerVersion === undefined ? strict(body) : lenient(body);
  const id = read('id', isId, 'letters, digits or . _ : / -, at most 200') ?? sqsMessageId;
  const task = newerVersion === undefined ? required(body, 'task') : read('task', isText, '');
  return {
    ...MESSAGE_DEFAULTS,
    id,
    copy: sqsMessageId,
    task: task ?? 'unknown',
    root: id,
    ...known({
      copy: read('copy', isText, 'a text'),
      args: read('args', isArgs, 'a list of JSON values'),
      root: read('root', isText, 'a text'),
      parent: read('parent', isText, 'a text'),
      retries: read('retries', isCount, COUNT),
      etaMs: timeMs(read('eta', isTime, TIME)),
      expiresAtMs: timeMs(read('expires', isTime, TIME)),
      headers: read('headers', isHeaders, 'an object of texts'),
      traceparent: read('traceparent', isText, 'a text'),
      hops: read('hops', isCount, COUNT),
      again: read('again', isBoolean, 'true or false'),
      generation: read('generation', isCount, COUNT),
      round: read('round', isCount, COUNT),
      redriven: read('redriven', isBoolean, 'true or false'),
      sentAtMs: read('sentAtMs', isCount, 'milliseconds since 1970'),
      limits: read('limits', isLimits, 'maxRetries, timeLimitMs, softTimeLimitMs, ignoreResult'),
      newer: newerVersion === undefined ? undefined : { version: newerVersion, body },
    }),
  };
}

/** The fields that have a value: an absent one leaves its default standing. */
function known<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

const TIME = 'an ISO 8601 time with its offset';
const COUNT = 'a whole number from 0 on';

type Is<T> = (value: Json) => value is T & Json;
type Read = <T>(field: string, is: Is<T>, allowed: string) => T | undefined;

/** A field that is `null` counts as absent, as other languages' producers write it. */
function strict(body: JsonObject): Read {
  return (field, is, allowed) => {
    const value = own(body, field);
    if (value === undefined || value === null) return undefined;
    if (is(value)) return value;
    throw new UnreadableMessageError(
      `\`${field}\` must be ${allowed}, got ${PRIVATE.has(field) ? kindOf(value) : shown(value)}`,
    );
  };
}

/** Fields whose values may be secret: errors name their kind only. */
const PRIVATE: ReadonlySet<string> = new Set(['args', 'headers']);

function kindOf(value: Json): string {
  return Array.isArray(value) ? 'a list with a value that is not allowed' : `a ${typeof value}`;
}

function lenient(body: JsonObject): Read {
  return (field, is) => {
    const value = own(body, field);
    return value !== undefined && is(value) ? value : undefined;
  };
}

function required(body: JsonObject, field: string): string {
  const value = own(body, field);
  if (value !== undefined && isText(value)) return value;
  throw new UnreadableMessageError(`\`${field}\` must be the name of a task, got ${shown(value)}`);
}

/** Never what stands on a prototype. */
function own(body: JsonObject, field: string): Json | undefined {
  return Object.hasOwn(body, field) ? body[field] : undefined;
}

/** Stored as a text of the table: DynamoDB takes only well-formed ones. */
const isText = (value: Json): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 1_000 && value.isWellFormed();
const isId = (value: Json): value is string =>
  typeof value === 'string' && value.length <= MAX_ID_LENGTH && /^[\w.:/-]+$/.test(value);
const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';
const isCount = (value: Json): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: Json): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));
const isHeaders = (value: Json): value is Record<string, string> =>
  isPlainObject(value) && Object.values(value).every((text) => typeof text === 'string');

function isArgs(value: Json): value is readonly Json[] {
  if (!Array.isArray(value)) return false;
  try {
    assertJson(value, 'args');
    return true;
  } catch {
    return false; // nested too deep
  }
}

function isLimits(value: Json): value is CallLimits & Json {
  if (!isPlainObject(value)) return false;
  const { maxRetries = 0, timeLimitMs = 0, softTimeLimitMs = 0, ignoreResult = false } = value as Record<string, Json>;
  const counts = [maxRetries ?? 0, timeLimitMs, softTimeLimitMs];
  return counts.every(isCount) && isBoolean(ignoreResult);
}

function timeMs(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
