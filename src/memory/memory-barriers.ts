import type { Arrival } from '../ports/barrier.ts';
import type { BarrierHead, BarrierNode, NodeAt } from '../protocol/barrier-item.ts';

/** The barriers in memory: plain state, changed at once. */
export class MemoryBarriers {
  readonly heads: Map<string, BarrierHead> = new Map();
  /** By `nodeName`. */
  readonly nodes: Map<string, StoredNode> = new Map();
  /** Sees every launch: the head it brought and the one that stands. */
  onOpen: (brought: BarrierHead, stands: BarrierHead) => void = () => {};
  /** Sees every close: the size it brought and the one that stands. */
  onClose: (group: string, brought: number, stands: number) => void = () => {};
  /** Sees every arrival: the node before and after it. */
  onArrive: (at: NodeAt, arrival: Arrival, before: BarrierNode | undefined, after: BarrierNode) => void = () => {};

  open(head: BarrierHead, nowMs: number): void {
    const stands = this.readHead(head.group, nowMs) ?? head;
    this.heads.set(head.group, stands);
    this.onOpen(head, stands);
  }

  /** The size that stands; nothing if there is no head. */
  close(group: string, size: number, nowMs: number): number | undefined {
    const head = this.readHead(group, nowMs);
    if (!head) return undefined;
    const stands = head.size ?? size;
    this.heads.set(group, { ...head, size: stands });
    this.onClose(group, size, stands);
    return stands;
  }

  arrive(at: NodeAt, arrival: Arrival, nowMs: number): BarrierNode {
    const before = this.readNode(at, nowMs);
    const { children } = arrival;
    const failed = [...(before?.failed ?? [])].filter((child) => !children.includes(child));
    const after: BarrierNode = {
      ...before,
      arrived: new Set([...(before?.arrived ?? []), ...children]),
      failed: new Set(arrival.failed ? [...failed, ...children] : failed),
    };
    this.nodes.set(nodeName(at), { node: after, expiresAtMs: arrival.expiresAtMs });
    this.onArrive(at, arrival, before, after);
    return after;
  }

  tellSize(at: NodeAt, size: number, expiresAtMs: number, nowMs: number): BarrierNode {
    const before = this.readNode(at, nowMs) ?? { arrived: new Set(), failed: new Set() };
    const node = { ...before, size: before.size ?? size };
    this.nodes.set(nodeName(at), { node, expiresAtMs });
    return node;
  }

  readHead(group: string, nowMs: number): BarrierHead | undefined {
    const head = this.heads.get(group);
    return head && head.expiresAtMs > nowMs ? head : undefined;
  }

  /** The head after it; nothing if there is none. */
  addRounds(group: string, rounds: number, nowMs: number): BarrierHead | undefined {
    const before = this.readHead(group, nowMs);
    if (!before) return undefined;
    const head = { ...before, firedRound: before.firedRound + rounds };
    this.heads.set(group, head);
    return head;
  }

  readNode(at: NodeAt, nowMs: number): BarrierNode | undefined {
    const stored = this.nodes.get(nodeName(at));
    return stored && stored.expiresAtMs > nowMs ? stored.node : undefined;
  }
}

/** A node and until when it counts. */
export interface StoredNode {
  readonly node: BarrierNode;
  readonly expiresAtMs: number;
}

/** What a node is called in the map and in the timeline: `<group>#<level>#<node>`. */
export function nodeName({ group, level, node }: NodeAt): string {
  return `${group}#${level}#${node}`;
}
