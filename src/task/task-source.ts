import { InvalidOptionError } from '../base/errors.ts';
import { isId, MAX_ID_LENGTH } from '../base/ids.ts';
import { isPlainObject } from '../base/json.ts';
import { readBoolean, wrong } from '../base/option-readers.ts';
import { Problems } from '../base/problems.ts';
import type { TaskDefinition } from './definition.ts';
import { policyOf } from './policy-of.ts';
import type { StandardSchema } from './standard-schema.ts';
import type { TaskOptions } from './task-options.ts';

/** A task as it was written, before an app's defaults are applied: a shared task may meet several apps. */
export interface TaskSource {
  readonly name: string;
  readonly options: TaskOptions<string>;
  readonly bind: boolean;
  readonly schema: StandardSchema | undefined;
  readonly body: (...args: never[]) => unknown;
}

/**
 * Reads what `app.task` and `sharedTask` are called with.
 *
 * @throws {InvalidOptionError} the name, `args`, `bind` or the body is not what it has to be
 */
export function readTaskSource(name: unknown, options: unknown, body: unknown): TaskSource {
  if (!isId(name)) {
    throw wrong('name', `1 to ${MAX_ID_LENGTH} letters, digits or . _ : / -`, name);
  }
  const problems = new Problems();
  if (!isPlainObject(options)) problems.add(wrong('options', 'an object, {} for none', options).message);
  const { args, bind = false, ...rest } = isPlainObject(options) ? options : {};
  problems.attempt(() => readBoolean(bind, 'bind'));
  if (args !== undefined && !isSchema(args)) {
    problems.add(wrong('args', 'a Standard Schema of a tuple, e.g. z.tuple([z.int()])', args).message);
  }
  if (typeof body !== 'function') problems.add(wrong('fn', 'the function that the task runs', body).message);
  problems.throwIfAny(`task "${name}"`, (text) => new InvalidOptionError(text));
  return Object.freeze({
    name,
    options: Object.freeze(rest) as TaskOptions<string>,
    bind: bind === true,
    schema: args as StandardSchema | undefined,
    body: body as TaskSource['body'],
  });
}

/**
 * The task as the worker sees it, with an app's defaults applied.
 *
 * @throws {InvalidOptionError} lists every option that does not exist or has a wrong value
 * @throws {NotBuiltError} an option has no effect yet
 */
export function definitionOf(source: TaskSource, defaults: TaskOptions<string> = {}): TaskDefinition {
  const { name, bind, schema, body } = source;
  return Object.freeze({ name, policy: policyOf(`task "${name}"`, source.options, defaults), bind, schema, body });
}

/** A zod schema is an object, one of arktype a function. */
function isSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false;
  const standard: unknown = (value as Record<string, unknown>)['~standard'];
  return (
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  );
}
