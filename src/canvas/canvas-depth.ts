import { InvalidOptionError } from '../base/errors.ts';
import { MAX_JSON_DEPTH } from '../base/json.ts';
import { type CanvasNode, listsIn } from './canvas-node.ts';
import { MemberSource } from './member-source.ts';

/** Canvases inside canvases, links included. A level is up to three of JSON's; the rest is left for arguments and the envelope. */
export const MAX_CANVAS_DEPTH: number = MAX_JSON_DEPTH / 4;

/**
 * Returns the node if it is not nested too deep; what is in a stream counts when it is read.
 *
 * @throws {InvalidOptionError} it is
 */
export function checkDepth<Node extends CanvasNode>(node: Node): Node {
  if (depthOf(node) > MAX_CANVAS_DEPTH) throw tooDeep();
  return node;
}

/** What `checkDepth` throws. */
export function tooDeep(): InvalidOptionError {
  return new InvalidOptionError(
    `canvases are nested more than ${MAX_CANVAS_DEPTH} deep; a long chain is chain(...steps) or step.pipe(next), not a chain of chains`,
  );
}

/** Remembered for what holds others, so that building in a loop does not walk the whole each time. */
const DEPTHS = new WeakMap<CanvasNode, number>();

function depthOf(node: CanvasNode): number {
  const lists = listsIn(node);
  if (lists.length === 0) return 1;
  const known = DEPTHS.get(node);
  if (known !== undefined) return known;
  const depth = 1 + lists.reduce((deepest, list) => Math.max(deepest, deepestOf(list)), 0);
  DEPTHS.set(node, depth);
  return depth;
}

function deepestOf(list: readonly CanvasNode[] | MemberSource<CanvasNode>): number {
  const nodes = list instanceof MemberSource ? list.kept : list;
  return (nodes ?? []).reduce((deepest, node) => Math.max(deepest, depthOf(node)), 0);
}
