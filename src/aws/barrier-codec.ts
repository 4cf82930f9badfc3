import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Json } from '../base/json.ts';
import type { BarrierHead, BarrierNode, NodeAt } from '../protocol/barrier-item.ts';
import { type Attributes, keyAttributes, timeAttributes } from './item-codec.ts';
import { barrierHeadKey, barrierNodeKey } from './table.ts';

/** A barrier's head as the table holds it. */
export function encodeHead(head: BarrierHead): Attributes {
  return {
    ...keyAttributes(barrierHeadKey(head.group)),
    firedRound: { N: String(head.firedRound) },
    ...(head.size !== undefined ? { size: { N: String(head.size) } } : {}),
    ...(head.next !== undefined ? { next: { S: JSON.stringify(head.next) } } : {}),
    ...timeAttributes(head.expiresAtMs),
  };
}

/** Reads what `encodeHead` wrote and updates have changed. */
export function decodeHead(group: string, { size, next, firedRound, expiresAtMs }: Attributes): BarrierHead {
  return {
    group,
    ...(size ? { size: Number(size.N) } : {}),
    ...(next ? { next: JSON.parse(next.S ?? 'null') as Json } : {}),
    firedRound: Number(firedRound?.N),
    expiresAtMs: Number(expiresAtMs?.N),
  };
}

/** A node as the table holds it. An empty set is no attribute: the table takes none. */
export function encodeNode(at: NodeAt, { arrived, failed, size }: BarrierNode, expiresAtMs: number): Attributes {
  return {
    ...keyAttributes(barrierNodeKey(at)),
    ...(arrived.size > 0 ? { arrived: numberSet(arrived) } : {}),
    ...(failed.size > 0 ? { failed: numberSet(failed) } : {}),
    ...(size !== undefined ? { size: { N: String(size) } } : {}),
    ...timeAttributes(expiresAtMs),
  };
}

/** Reads what `encodeNode` or an update wrote. */
export function decodeNode({ arrived, failed, size }: Attributes): BarrierNode {
  return { arrived: numbersOf(arrived), failed: numbersOf(failed), ...(size ? { size: Number(size.N) } : {}) };
}

/** Numbers as one attribute; at least one. */
export function numberSet(numbers: Iterable<number>): AttributeValue.NSMember {
  return { NS: Array.from(new Set(numbers), String) };
}

function numbersOf(attribute: AttributeValue | undefined): ReadonlySet<number> {
  return new Set(attribute?.NS?.map(Number));
}
