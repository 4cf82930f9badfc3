import { InvalidOptionError, NotBuiltError } from '../base/errors.ts';
import { isPlainObject, type Json } from '../base/json.ts';
import { readBoolean, wrong } from '../base/option-readers.ts';
import { type CallOptionsJson, callOptionsJson } from './call-options-json.ts';
import { frozenJson } from './frozen-json.ts';

/** A signature of one task as it is written: which task, the arguments bound so far (the last ones), how to send it. */
export interface TaskJson {
  readonly kind: 'task';
  readonly task: string;
  readonly args: readonly Json[];
  /** Takes nothing from a predecessor, and no further arguments. */
  readonly immutable?: true;
  readonly options?: CallOptionsJson;
}

/** A signature as JSON; it remembers its types as long as the compiler can follow it. */
export interface SignatureJson<in Missing extends unknown[], out Result> {
  /** Exists only for the compiler. */
  readonly '~takes': (missing: Missing) => void;
  /** Exists only for the compiler. */
  readonly '~gives': Result;
  readonly kind: string;
}

/**
 * A signature's JSON, frozen.
 *
 * @throws {NotJsonError} an argument is not strict JSON
 * @throws {InvalidOptionError} an option does not exist or has a wrong value
 */
export function taskJson(
  task: string,
  args: readonly unknown[],
  more: Omit<TaskJson, 'kind' | 'task' | 'args'> = {},
): TaskJson {
  const options = callOptionsJson(more.options);
  return Object.freeze({
    kind: 'task',
    task,
    args: frozenJson(args, 'args') as readonly Json[],
    ...(more.immutable ? { immutable: true as const } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  });
}

/**
 * Reads what `toJSON` once wrote, or what somebody else wrote like it.
 *
 * @throws {InvalidOptionError} it is no signature; the text says where
 * @throws {NotBuiltError} it is a canvas, and those come later
 */
export function readTaskJson(json: unknown): TaskJson {
  if (!isPlainObject(json) || typeof json.kind !== 'string') {
    throw wrong('signature', "an object such as { kind: 'task', task: 'name', args: [] }", json);
  }
  const { kind, task, args = [], immutable = false, options, ...rest } = json;
  if (kind !== 'task') throw new NotBuiltError(`a signature of kind "${kind}"`, 'use the signature of a single task');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new InvalidOptionError(`a signature has no \`${unknown}\``);
  if (typeof task !== 'string' || task === '') throw wrong('task', 'the name of a task', task);
  if (!Array.isArray(args)) throw wrong('args', 'a list of arguments', args);
  return taskJson(task, args, {
    ...(readBoolean(immutable, 'immutable') ? { immutable: true } : {}),
    ...(options !== undefined ? { options: options as CallOptionsJson } : {}),
  });
}
