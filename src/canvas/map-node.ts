import type { Json } from '../base/json.ts';
import { wrong } from '../base/option-readers.ts';
import type { GroupNode, MapNode } from './canvas-node.ts';
import { frozenJson } from './frozen-json.ts';
import { groupNode } from './make-node.ts';

/** Whose items they are. */
export interface Mapped {
  readonly task: string;
  /** Its code need not be in this app. */
  readonly elsewhere: boolean;
}

/**
 * One message that calls the task for each item; the items are read and copied at once.
 *
 * @throws {NotJsonError} an item is not strict JSON
 * @throws {InvalidOptionError} they are no iterable, or an item of a starmap is no list of arguments
 */
export function mapNode(kind: 'map' | 'starmap', mapped: Mapped, items: unknown): MapNode {
  return node(kind, mapped, readItems(kind, readIterable(items), ''));
}

/**
 * A group of starmaps of `size` items each; the last one may be shorter, and without items there is none.
 *
 * @throws what `mapNode` throws
 * @throws {InvalidOptionError} `size` is no whole number from 1 on
 */
export function chunksNode(mapped: Mapped, items: unknown, size: unknown): GroupNode {
  if (!Number.isSafeInteger(size) || (size as number) < 1) throw wrong('size', 'a whole number from 1 on', size);
  const all = readItems('starmap', readIterable(items), '');
  const each = size as number;
  const chunks = Array.from({ length: Math.ceil(all.length / each) }, (_, index) =>
    node('starmap', mapped, Object.freeze(all.slice(index * each, (index + 1) * each))),
  );
  return groupNode(chunks);
}

/**
 * Checks and copies the items of a `map` or `starmap`.
 *
 * @param at  where their node stands: empty, or ending in a dot
 */
export function readItems(kind: 'map' | 'starmap', items: readonly unknown[], at: string): readonly Json[] {
  const wrongOne = kind === 'starmap' ? items.findIndex((item) => !Array.isArray(item)) : -1;
  if (wrongOne >= 0) throw wrong(`${at}items[${wrongOne}]`, 'a list of arguments', items[wrongOne]);
  return frozenJson(items, `${at}items`) as readonly Json[];
}

function node(kind: 'map' | 'starmap', { task, elsewhere }: Mapped, items: readonly Json[]): MapNode {
  return Object.freeze({ kind, task, items, ...(elsewhere ? { elsewhere: true as const } : {}) });
}

function readIterable(items: unknown): readonly unknown[] {
  if (Array.isArray(items)) return items;
  if (typeof items === 'object' && items !== null && Symbol.iterator in items) return [...(items as Iterable<unknown>)];
  throw wrong('items', 'a list, or another iterable', items);
}
