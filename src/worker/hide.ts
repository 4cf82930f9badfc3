import { SQS_MAX_BATCH } from '../base/limits.ts';
import type { VisibilityChange } from '../ports/broker.ts';
import type { Ports } from '../ports/ports.ts';

interface Waiting {
  readonly change: VisibilityChange;
  readonly done: () => void;
}

const gathered = new WeakMap<Ports, Map<string, Waiting[]>>();

/**
 * Sets the visibility timeout of a received message; what is asked for in one turn goes out in one call a queue.
 *
 * A call that fails is logged only: the message then comes back when its queue's own timeout has passed, which costs time
 * and nothing else.
 */
export function hide(ports: Ports, queue: string, change: VisibilityChange): Promise<void> {
  const queues = gathered.get(ports) ?? new Map<string, Waiting[]>();
  gathered.set(ports, queues);
  return new Promise((done) => {
    const waiting = queues.get(queue);
    if (waiting) return void waiting.push({ change, done });
    queues.set(queue, [{ change, done }]);
    ports.clock.soon(() => {
      const all = queues.get(queue) ?? [];
      queues.delete(queue);
      for (let i = 0; i < all.length; i += SQS_MAX_BATCH) void flush(ports, queue, all.slice(i, i + SQS_MAX_BATCH));
    });
  });
}

async function flush(ports: Ports, queue: string, all: readonly Waiting[]): Promise<void> {
  try {
    await ports.broker.changeVisibility(
      queue,
      all.map(({ change }) => change),
    );
  } catch (error) {
    ports.telemetry.log({
      level: 'warn',
      message: 'visibility not set: the messages come back later',
      fields: { queue, error: String(error) },
    });
  }
  for (const { done } of all) done();
}
