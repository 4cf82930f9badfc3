import { type Duration, durationMs } from '../base/durations.ts';
import { InvalidOptionError, NotBuiltError } from '../base/errors.ts';
import { isPlainObject, type Json } from '../base/json.ts';
import {
  type OptionReader,
  readBoolean,
  readMaxRetries,
  readText,
  readTimeLimitMs,
  wrong,
} from '../base/option-readers.ts';
import { checkTaskId } from '../base/path-ids.ts';
import { Problems } from '../base/problems.ts';

/** Call options as a signature carries them: moments are ISO texts, everything else stands as it was given. */
export interface CallOptionsJson {
  readonly queue?: string;
  readonly countdown?: Duration;
  readonly eta?: string;
  readonly expires?: Duration | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ignoreResult?: boolean;
  readonly maxRetries?: number | null;
  readonly taskId?: string;
  readonly timeLimit?: Duration;
  readonly softTimeLimit?: Duration;
}

/**
 * Checks call options and freezes them as JSON. Links are none of them: they stand on the canvas itself.
 *
 * @param at  what they are options of in the error, e.g. `steps[1].`; empty for the whole
 * @throws {InvalidOptionError} lists every option that does not exist or has a wrong value
 * @throws {NotBuiltError} an option has no effect yet
 */
export function callOptionsJson(options: unknown, at: string = ''): CallOptionsJson {
  if (options === undefined) return NONE;
  if (!isPlainObject(options)) throw wrong(`${at}options`, 'an object', options);
  const problems = new Problems();
  const { messageGroupId, link, linkError, ...others } = options;
  refuseUnbuilt(messageGroupId);
  if (link !== undefined) problems.add('`link` is no option here; call .link(callback) on the signature');
  if (linkError !== undefined) problems.add('`linkError` is no option here; call .linkError(errback) on the signature');
  problems.unknownNames(others, NAMES, 'call option');
  if (isGiven(options.countdown) && isGiven(options.eta)) {
    problems.add('`countdown` and `eta` exclude each other; give one');
  }
  const entries = NAMES.filter((name) => options[name] !== undefined).map((name) => [
    name,
    problems.attempt(() => READERS[name](options[name], name)),
  ]);
  const place = at === '' ? '' : ` (\`${at}options\`)`;
  problems.throwIfAny(`these call options do not work${place}`, (text) => new InvalidOptionError(text));
  return Object.freeze(Object.fromEntries(entries)) as CallOptionsJson;
}

/** The options of a call over those of its signature; a new time replaces the old one, whichever form it has. */
export function mergeCallOptions(own: CallOptionsJson, call: CallOptionsJson): CallOptionsJson {
  const { countdown: _countdown, eta: _eta, ...timeless } = own;
  return Object.freeze({ ...('countdown' in call || 'eta' in call ? timeless : own), ...call });
}

const NONE: CallOptionsJson = Object.freeze({});
const ISO = /^\d{4}-\d\d-\d\d([T ]|$)/;

const readMoment: OptionReader<string> = (value, name) => {
  const date =
    value instanceof Date ? value : new Date(typeof value === 'string' && ISO.test(value) ? value : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw wrong(name, 'a Date or an ISO 8601 text such as 2026-05-01T10:00:00Z', value);
};

const readDuration: OptionReader<Duration> = (value, name) => {
  durationMs(value as Duration, name);
  return value as Duration;
};

const readTimeLimit: OptionReader<Duration> = (value, name) => {
  readTimeLimitMs(value, name);
  return value as Duration;
};

const readHeaders: OptionReader<Json> = (value, name) => {
  if (!isPlainObject(value)) throw wrong(name, 'an object of texts', value);
  for (const [header, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw wrong(`${name}.${header}`, 'a text', text, 'write it as one');
  }
  return Object.freeze({ ...value }) as Json;
};

const READERS: { readonly [K in keyof CallOptionsJson]-?: OptionReader<Json> } = {
  queue: readText,
  countdown: readDuration,
  eta: readMoment,
  expires: (value, name) =>
    value instanceof Date || (typeof value === 'string' && ISO.test(value))
      ? readMoment(value, name)
      : readDuration(value, name),
  headers: readHeaders,
  ignoreResult: readBoolean,
  maxRetries: readMaxRetries,
  taskId: checkTaskId,
  timeLimit: readTimeLimit,
  softTimeLimit: readTimeLimit,
};
const NAMES = Object.keys(READERS) as readonly (keyof CallOptionsJson)[];

function refuseUnbuilt(messageGroupId: unknown): void {
  if (messageGroupId === undefined) return;
  throw new NotBuiltError('`messageGroupId`', 'use a standard queue without it');
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
