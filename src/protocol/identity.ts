import type { TaskItem } from './item.ts';
import type { Writer } from './write.ts';

type Identity = Pick<TaskItem, 'task' | 'queue' | 'root' | 'parent' | 'copy' | 'generation' | 'round' | 'expiresAtMs'>;

/** What every write states: which task, which request of it, and the first copy that wrote as its owner. */
export function identity(by: Writer, seen: TaskItem | undefined): Identity {
  return {
    task: by.task,
    queue: by.queue,
    root: by.root,
    ...(by.parent !== undefined ? { parent: by.parent } : {}),
    copy: seen?.copy ?? by.copy,
    generation: by.generation,
    round: by.round,
    expiresAtMs: by.expiresAtMs,
  };
}

/** A task of which nothing was stored so far. */
export function fresh(by: Writer): TaskItem {
  return { ...identity(by, undefined), state: 'PENDING', attempt: 0, starts: 0 };
}
