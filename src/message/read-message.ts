import { UnreadableMessageError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { assertJson, isPlainObject, type Json, type JsonObject, MAX_JSON_DEPTH } from '../base/json.ts';
import { LAMBDA_MAX_TIMEOUT_SECONDS } from '../base/limits.ts';
import { type CallLimits, MESSAGE_DEFAULTS, type Message } from './message.ts';
import type { Input, Next } from './next.ts';
import { isInputJson, isNextJson } from './read-next.ts';

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
  const message: Writable<Message> = {
    id,
    copy: read('copy', isText, 'a text') ?? sqsMessageId,
    task: task ?? 'unknown',
    args: read('args', isArgs, 'a list of JSON values') ?? MESSAGE_DEFAULTS.args,
    root: read('root', isText, 'a text') ?? id,
    retries: countOf(read, 'retries'),
    hops: countOf(read, 'hops'),
    again: flagOf(read, 'again'),
    claim: flagOf(read, 'claim'),
    generation: countOf(read, 'generation'),
    round: countOf(read, 'round'),
    redriven: flagOf(read, 'redriven'),
    limits:
      read('limits', isLimits, 'maxRetries, timeLimitMs, softTimeLimitMs, ignoreResult') ?? MESSAGE_DEFAULTS.limits,
  };
  readOptional(message, read);
  if (newerVersion !== undefined) message.newer = { version: newerVersion, body };
  return message;
}

function countOf(read: Read, field: string): number {
  return read(field, isCount, COUNT) ?? 0;
}

function flagOf(read: Read, field: string): boolean {
  return read(field, isBoolean, 'true or false') ?? false;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The fields that most messages do not have. Assigned one by one: this runs for every message of every batch. */
function readOptional(message: Writable<Message>, read: Read): void {
  const parent = read('parent', isText, 'a text');
  if (parent !== undefined) message.parent = parent;
  const eta = read('eta', isTime, TIME);
  if (eta !== undefined) message.etaMs = Date.parse(eta);
  const expires = read('expires', isTime, TIME);
  if (expires !== undefined) message.expiresAtMs = Date.parse(expires);
  const headers = read('headers', isHeaders, 'an object of texts');
  if (headers !== undefined) message.headers = headers;
  const traceparent = read('traceparent', isText, 'a text');
  if (traceparent !== undefined) message.traceparent = traceparent;
  const sentAtMs = read('sentAtMs', isCount, 'milliseconds since 1970');
  if (sentAtMs !== undefined) message.sentAtMs = sentAtMs;
  const each = read('each', isEach, 'map or starmap');
  if (each !== undefined) message.each = each;
  const input = read<Input>('input', isInput, 'a group or a result');
  if (input !== undefined) message.input = input;
  const next = read('next', isNext, 'what follows from the task');
  if (next !== undefined) message.next = next;
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
const PRIVATE: ReadonlySet<string> = new Set(['args', 'headers', 'next', 'input']);

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
  const value = body[field];
  return value !== undefined && Object.hasOwn(body, field) ? value : undefined;
}

/** Stored as a text of the table: DynamoDB takes only well-formed ones. */
const isText = (value: Json): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 1_000 && value.isWellFormed();
const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';
const isCount = (value: Json): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime = (value: Json): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));
const isHeaders = (value: Json): value is Record<string, string> =>
  isPlainObject(value) && Object.values(value).every((text) => typeof text === 'string');

const isEach = (value: Json): value is 'map' | 'starmap' => value === 'map' || value === 'starmap';
const isInput = (value: Json): value is Input & Json => isInputJson(value);
const isNext = (value: Json): value is Next & Json => isNextJson(value);

function isArgs(value: Json): value is readonly Json[] {
  if (!Array.isArray(value)) return false;
  try {
    assertJson(value, 'args', MAX_JSON_DEPTH);
    return true;
  } catch {
    return false; // nested too deep
  }
}

function isLimits(value: Json): value is CallLimits & Json {
  if (!isPlainObject(value)) return false;
  const { maxRetries = 0, timeLimitMs = 0, softTimeLimitMs = 0, ignoreResult = false } = value as Record<string, Json>;
  const limitsMs = [timeLimitMs, softTimeLimitMs];
  const fit = limitsMs.every((limit) => isCount(limit) && limit <= LAMBDA_MAX_TIMEOUT_SECONDS * 1_000);
  return fit && isCount(maxRetries ?? 0) && isBoolean(ignoreResult);
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
