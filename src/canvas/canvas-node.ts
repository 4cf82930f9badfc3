import type { CallOptionsJson } from './call-options-json.ts';
import type { Attached, CanvasJson, ChordPolicyJson, MapJson, TaskJson } from './canvas-json.ts';
import { MemberSource } from './member-source.ts';

/** A canvas as it is built: `CanvasJson`, except that a group's members may still be a stream. */
export type CanvasNode = TaskNode | MapNode | ChainNode | GroupNode | ChordNode;

export type TaskNode = Omit<TaskJson, keyof Attached> & AttachedNodes;
export type MapNode = Omit<MapJson, keyof Attached> & AttachedNodes;

/** `ChainJson`, perhaps with streams inside. */
export interface ChainNode extends AttachedNodes {
  readonly kind: 'chain';
  readonly steps: readonly CanvasNode[];
}

/** `GroupJson`, perhaps of a stream. */
export interface GroupNode extends AttachedNodes {
  readonly kind: 'group';
  readonly members: readonly CanvasNode[] | MemberSource<CanvasNode>;
}

/** `ChordJson`, perhaps with streams inside. */
export interface ChordNode extends AttachedNodes {
  readonly kind: 'chord';
  readonly header: GroupNode;
  readonly body: CanvasNode;
  readonly onError?: ChordPolicyJson;
}

/** What can stand on any node: `Attached`, perhaps with streams inside. */
export interface AttachedNodes {
  readonly options?: CallOptionsJson;
  readonly link?: readonly CanvasNode[];
  readonly linkError?: readonly CanvasNode[];
}

/** True as long as there is a `MemberSource` anywhere inside, links included; such a node is no JSON yet. */
export function hasStream(node: CanvasNode): boolean {
  return listsIn(node).some((list) => list instanceof MemberSource || list.some(hasStream));
}

/**
 * The canvas with every stream inside listed, and kept: it can be listed again.
 *
 * @throws {StreamUsedError} one of them has been read without being kept
 */
export async function listCanvas(node: CanvasNode): Promise<CanvasJson> {
  await listStreams(node);
  return canvasJson(node);
}

/**
 * The same without waiting.
 *
 * @throws {StreamUsedError} one of the streams has been read without being kept, or is an async iterable and not kept yet
 */
export function canvasJson(node: CanvasNode): CanvasJson {
  return (hasStream(node) ? withoutStreams(node) : node) as CanvasJson;
}

/** Every list of nodes that stands directly in a node: steps, members, header and body, links. */
export function listsIn(node: CanvasNode): readonly NodeList[] {
  const { link, linkError } = node;
  const lists = contentOf(node);
  if (!link && !linkError) return lists;
  return [...lists, ...(link ? [link] : []), ...(linkError ? [linkError] : [])];
}

export type NodeList = readonly CanvasNode[] | MemberSource<CanvasNode>;

const NOTHING: readonly NodeList[] = [];

function contentOf(node: CanvasNode): readonly NodeList[] {
  switch (node.kind) {
    case 'chain':
      return [node.steps];
    case 'group':
      return [node.members];
    case 'chord':
      return [[node.header, node.body]];
    default:
      return NOTHING;
  }
}

async function listStreams(node: CanvasNode): Promise<void> {
  for (const list of listsIn(node)) {
    const nodes = list instanceof MemberSource ? await list.list() : list;
    for (const inner of nodes) if (hasStream(inner)) await listStreams(inner);
  }
}

function withoutStreams(node: CanvasNode): CanvasNode {
  const { link, linkError } = node;
  return Object.freeze({
    ...node,
    ...contentWithoutStreams(node),
    ...(link ? { link: allJson(link) } : {}),
    ...(linkError ? { linkError: allJson(linkError) } : {}),
  });
}

function contentWithoutStreams(node: CanvasNode): object {
  switch (node.kind) {
    case 'chain':
      return { steps: allJson(node.steps) };
    case 'group':
      return { members: allJson(node.members) };
    case 'chord':
      return { header: canvasJson(node.header), body: canvasJson(node.body) };
    default:
      return {};
  }
}

function allJson(list: NodeList): readonly CanvasJson[] {
  const nodes = list instanceof MemberSource ? list.listed() : list;
  return nodes.some(hasStream) ? Object.freeze(nodes.map(canvasJson)) : (nodes as readonly CanvasJson[]);
}
