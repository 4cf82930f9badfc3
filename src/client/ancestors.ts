import { ancestorIds, isStep } from '../base/path-ids.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskItem } from '../protocol/item.ts';

/**
 * The ids in its workflow that stand before an id, nearest first: `a.b.1.2` has `a.b.1` and `a.b`.
 *
 * Only what a canvas adds counts as a step, so that the dots in an id that a caller chose do no harm.
 */
export function ancestorsOf(id: string): readonly string[] {
  const above = ancestorIds(id);
  const own = above.findIndex((_, i) => !isStep(i === 0 ? id : (above[i - 1] as string)));
  return own === -1 ? above : above.slice(0, own);
}

/** The id of the canvas that an id belongs to. */
export function baseOf(id: string): string {
  return ancestorsOf(id).at(-1) ?? id;
}

/**
 * The nearest of some ids that has ended badly: what stands below it and is not stored will not run.
 *
 * @param ids  nearest first; read in one request
 */
export async function endedBadly({ backend }: Ports, ids: readonly string[]): Promise<TaskItem | undefined> {
  if (ids.length === 0) return undefined;
  const items = await backend.readMany(ids);
  return ids.map((id) => items.get(id)).find((item) => item?.state === 'FAILURE' || item?.state === 'REVOKED');
}
