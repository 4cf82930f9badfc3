import type { World } from '../memory/world.ts';
import type { LogLine, TaskEvent, Telemetry } from '../ports/telemetry.ts';

/** Something that a worker told, and when. */
export type At<T> = T & { readonly at: Date };

/** What was told in a test, in order. */
export interface Told {
  readonly events: At<TaskEvent>[];
  readonly logs: At<LogLine>[];
}

/** Keeps what one process tells, with the virtual time, and puts it into the world's timeline. */
export function keeping(world: World, { events, logs }: Told, process: string): Telemetry {
  const at = () => new Date(world.nowMs);
  return {
    event: (event) => {
      events.push({ ...event, at: at() });
      const error = 'error' in event ? `: ${event.error}` : '';
      if ('task' in event) world.note(`${process} ${event.kind} ${event.task} ${event.id}${error}`);
    },
    log: (line) => {
      logs.push({ ...line, at: at() });
      world.note(`${process} ${line.level} ${line.message}`);
    },
    flush: () => {},
  };
}
