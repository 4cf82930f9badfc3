import type { AsyncResult } from './handle.ts';
import type { TaskJson } from './signature-json.ts';

/** What a signature is bound to: the app that sends it. */
export interface Sender {
  /**
   * Sends one task and gives its handle.
   *
   * @param missing  the first arguments, before those that `signature` binds; an immutable signature takes none
   * @param options  of this call; they win over the signature's own
   * @throws in the promise only, and nothing is sent then
   */
  send(signature: TaskJson, missing: readonly unknown[], options?: object): Promise<AsyncResult<unknown>>;
}
