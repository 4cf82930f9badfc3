import type { CanvasNode } from './canvas-node.ts';
import type { AsyncResult } from './handle.ts';

/** What a signature is bound to: the app that sends it. */
export interface Sender {
  /**
   * Sends a canvas and gives its handle.
   *
   * @param missing  the first arguments of what it begins with, before those that are bound; what is immutable takes none
   * @param options  of this call, without `link` and `linkError` (those stand on the node); they win over the node's own
   * @throws in the promise only, and nothing is sent then
   */
  send(node: CanvasNode, missing: readonly unknown[], options?: object): Promise<AsyncResult<unknown>>;
}
