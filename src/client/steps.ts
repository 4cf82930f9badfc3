import { memberId, pathId } from '../base/path-ids.ts';

/**
 * Where a node of a canvas stands: the rules by which its ids are known before anything is sent, for those who read.
 *
 * @see docs/protocol.md
 */
export interface At {
  /** Where its result stands. */
  readonly id: string;
  /** Its inner nodes are named below it. */
  readonly path: string;
  /** A group here has the id itself: it is the whole canvas, or a step follows it. Otherwise a task puts its list there. */
  readonly bare: boolean;
}

/** Where a step of a chain stands. */
export function stepAt({ id, path }: At, index: number, steps: number): At {
  const own = pathId(path, index);
  return index === steps - 1 ? { id, path: own, bare: false } : { id: own, path: own, bare: true };
}

/** Where a member of a group stands. */
export function memberAt(group: string, index: number): At {
  const id = memberId(group, index);
  return { id, path: id, bare: false };
}

/** Where a canvas stands that is sent with a task's result. */
export function linkAt(id: string, index: number): At {
  const own = pathId(id, `l${index}`);
  return { id: own, path: own, bare: true };
}

/**
 * The steps that a node of a canvas, or of its plan, consists of: a chain's own; of a chord its header and its body; of a group
 * whose list has to stand under an id the group and the task that collects. Nothing for a task and for a bare group.
 */
export function stepsOf<Node extends { readonly kind: string }>(
  node: Node,
  at: At,
  collect: Node,
): readonly Node[] | undefined {
  const { kind, steps, header, body } = node as Node & Partial<Parts<Node>>;
  if (kind === 'chain') return steps;
  if (kind === 'chord') return [header as Node, body as Node];
  return kind === 'group' && !at.bare ? [node, collect] : undefined;
}

interface Parts<Node> {
  readonly steps: readonly Node[];
  readonly header: Node;
  readonly body: Node;
}
