import type { Json } from '../base/json.ts';
import { type CallOptionsJson, callOptionsJson } from './call-options-json.ts';
import type { TaskJson } from './canvas-json.ts';
import { frozenJson } from './frozen-json.ts';

/** A signature as JSON; it remembers its types as long as the compiler can follow it. */
export interface SignatureJson<in Missing extends unknown[], out Result> {
  /** Exists only for the compiler. */
  readonly '~takes': (missing: Missing) => void;
  /** Exists only for the compiler. */
  readonly '~gives': Result;
  readonly kind: string;
}

/** What a signature of one task may say beside its name and arguments. */
export interface TaskDetails {
  readonly immutable?: boolean;
  readonly elsewhere?: boolean;
  /** As a caller gives them: unchecked. */
  readonly options?: CallOptionsJson;
}

/**
 * The signature of one task as JSON, frozen.
 *
 * @param at  how it is called in the error, e.g. `steps[1].`; empty for the whole
 * @throws {NotJsonError} an argument is not strict JSON
 * @throws {InvalidOptionError} an option does not exist or has a wrong value
 */
export function taskJson(
  task: string,
  args: readonly unknown[],
  { immutable, elsewhere, options: given }: TaskDetails = {},
  at: string = '',
): TaskJson {
  const options = callOptionsJson(given, at);
  return Object.freeze({
    kind: 'task',
    task,
    args: frozenJson(args, `${at}args`) as readonly Json[],
    ...(immutable ? { immutable: true as const } : {}),
    ...(elsewhere ? { elsewhere: true as const } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  });
}
