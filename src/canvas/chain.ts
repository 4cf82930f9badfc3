import { makeSignature } from './bound-signature.ts';
import type { Canvas } from './canvas-type.ts';
import type { LastOf, Steps } from './follows.ts';
import { chainNode } from './make-node.ts';
import { firstSender, Part, partOf } from './part.ts';
import type { MissingOf, ResultOf } from './signature.ts';

/**
 * Runs the steps one after the other, each with its predecessor's result as first argument; the result is that of the last.
 *
 * A chain in a chain stays one: its own options, links and errbacks are those of its steps. A group as a step gives its list
 * to the next one.
 *
 * @throws {InvalidOptionError} there is no step, or one of them is no signature
 */
export function chain<S extends readonly [unknown, ...unknown[]]>(
  ...steps: Steps<S>
): Canvas<MissingOf<S[0]>, ResultOf<LastOf<S>>> {
  const parts = (steps as readonly unknown[]).map((step, index) => partOf(step, `steps[${index}]`));
  return makeSignature(chainNode(parts.map(Part.nodeOf)), firstSender(parts));
}
