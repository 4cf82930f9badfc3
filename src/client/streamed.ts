import type { CallOptionsJson } from '../canvas/call-options-json.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import { type CanvasNode, type GroupNode, listCanvas } from '../canvas/canvas-node.ts';
import { MemberSource } from '../canvas/member-source.ts';
import { withOptions } from '../canvas/with-options.ts';

/** A canvas that begins with a streamed group: the rest of it, with that group open, and the stream. */
export interface Streamed {
  readonly canvas: CanvasJson;
  readonly source: MemberSource<CanvasNode>;
  /** What the members inherit. */
  readonly options: CallOptionsJson;
}

/**
 * Splits off the stream that a canvas begins with, so that its members can be sent while they are produced; all other streams
 * in it are listed.
 *
 * @returns `undefined` if it begins with no stream, or with one that is listed already
 */
export async function splitStream(node: CanvasNode): Promise<Streamed | undefined> {
  const found = openFirst(node, {});
  if (!found) return undefined;
  return { ...found, canvas: await listCanvas(found.node) };
}

interface Found {
  readonly node: CanvasNode;
  readonly source: MemberSource<CanvasNode>;
  readonly options: CallOptionsJson;
}

function openFirst(node: CanvasNode, inherited: CallOptionsJson): Found | undefined {
  const options = withOptions({ ...EMPTY, options: node.options ?? {} }, inherited, true).options ?? {};
  switch (node.kind) {
    case 'group':
      return node.members instanceof MemberSource && !node.members.kept
        ? { node: { ...node, members: [], open: true } as GroupNode, source: node.members, options }
        : undefined;
    case 'chord': {
      const header = openFirst(node.header, options);
      return header && { ...header, node: { ...node, header: header.node as GroupNode } };
    }
    case 'chain': {
      const [first, ...rest] = node.steps;
      const opened = first && openFirst(first, options);
      return opened && { ...opened, node: { ...node, steps: [opened.node, ...rest] } };
    }
    default:
      return undefined;
  }
}

const EMPTY: CanvasJson = { kind: 'group', members: [] };
