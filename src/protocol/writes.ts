import { claim } from './claim.ts';
import { end } from './end.ts';
import { present, type TaskItem } from './item.ts';
import { mark } from './mark.ts';
import { forget, stamp } from './operator.ts';
import { progress } from './progress.ts';
import { move, retry } from './retry.ts';
import type { Write, Written } from './write.ts';

/** Runs one write on what is stored; an item past its time counts as none. */
export function applyWrite(stored: TaskItem | undefined, write: Write): Written {
  const item = present(stored, write.by.nowMs);
  switch (write.kind) {
    case 'claim':
      return claim(item, write);
    case 'end':
      return end(item, write);
    case 'mark':
      return mark(item, write);
    case 'retry':
      return retry(item, write);
    case 'move':
      return move(item, write);
    case 'progress':
      return progress(item, write);
    case 'stamp':
      return stamp(item, write);
    case 'forget':
      return forget(item);
  }
}
