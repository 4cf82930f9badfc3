import { UnboundTaskError } from '../base/errors.ts';
import { callOptionsJson, mergeCallOptions } from './call-options-json.ts';
import type { AsyncResult } from './handle.ts';
import type { Sender } from './sender.ts';
import type { Signature } from './signature.ts';
import { readTaskJson, type SignatureJson, type TaskJson } from './signature-json.ts';

/** A signature as it runs: frozen JSON, and the app that sends it in a hidden field. */
class TaskSignature {
  readonly #json: TaskJson;
  readonly #sender: Sender;

  constructor(json: TaskJson, sender: Sender) {
    this.#json = json;
    this.#sender = sender;
    Object.freeze(this);
  }

  delay(...missing: unknown[]): Promise<AsyncResult<unknown>> {
    return this.#sender.send(this.#json, missing);
  }

  applyAsync(missing: readonly unknown[] = [], options?: object): Promise<AsyncResult<unknown>> {
    return this.#sender.send(this.#json, missing, options);
  }

  set(options: object): TaskSignature {
    const merged = mergeCallOptions(this.#json.options ?? {}, callOptionsJson(options));
    return new TaskSignature(Object.freeze({ ...this.#json, options: merged }), this.#sender);
  }

  toJSON(): TaskJson {
    return this.#json;
  }
}

/** Binds a signature's JSON to whoever sends it. What its types are is decided by the caller's declaration. */
export function makeSignature<S>(json: TaskJson, sender: Sender): S {
  return new TaskSignature(json, sender) as S;
}

/** The JSON of a signature, or of what was read from its text. */
export function jsonOf(signature: unknown): TaskJson {
  return signature instanceof TaskSignature ? signature.toJSON() : readTaskJson(signature);
}

/**
 * The inverse of `toJSON`, bound to no app: sending it rejects with `UnboundTaskError` until `app.signature(…)` has bound it.
 *
 * After `JSON.parse` name the types: `signatureFrom<[number], string>(…)`.
 *
 * @throws {InvalidOptionError} it is no signature
 */
// biome-ignore lint/suspicious/noExplicitAny: without names the types are the caller's own risk
export function signatureFrom<Missing extends unknown[] = any, Result = any>(
  json: SignatureJson<Missing, Result>,
): Signature<Missing, Result> {
  return makeSignature(jsonOf(json), UNBOUND);
}

const UNBOUND: Sender = {
  send: (signature) =>
    Promise.reject(new UnboundTaskError(signature.task, 'bind the signature first: app.signature(json)')),
};
