import { isEnd } from '../base/states.ts';
import type { TaskItem } from './item.ts';
import type { Stamp, Written } from './write.ts';

/**
 * Marks a task as revoked. A task that is not known yet gets an item, so that its claim finds the mark. One that has ended
 * stays as it ended: the mark is for what it has sent.
 */
export function stamp(item: TaskItem | undefined, { by }: Stamp): Written {
  if (!item) {
    const unknown = { task: '', queue: '', root: by.id, expiresAtMs: by.expiresAtMs };
    return { item: { ...unknown, state: 'PENDING', attempt: 0, starts: 0, generation: 0, round: 0, revoked: true } };
  }
  return { item: { ...item, revoked: true } };
}

/** Takes a stored result away; what a late duplicate must find stays. */
export function forget(item: TaskItem | undefined): Written {
  if (!item || !isEnd(item.state)) return { refused: 'not-ended' };
  const { value: _value, valueKey: _key, meta: _meta, ...rest } = item;
  return { item: { ...rest, forgotten: true } };
}
