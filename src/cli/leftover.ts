import { setTimeout as sleep } from 'node:timers/promises';
import type { Local } from '../local/local.ts';
import { deadLetterQueueOf, lostQueueOf } from '../ports/queue-names.ts';

/** Nobody who has pressed Ctrl-C waits longer for a number. */
const LIMIT_MS = 500;

/** How many messages all queues hold together; nothing if they do not say so at once. Never throws. */
export async function messagesLeft(local: Local): Promise<number | undefined> {
  const limit = new AbortController();
  const late = sleep(LIMIT_MS, undefined, { signal: limit.signal });
  try {
    return await Promise.race([messagesIn(local), late]);
  } catch {
    return undefined;
  } finally {
    late.catch(() => {});
    limit.abort();
  }
}

/** The last line of `celeriac dev`. */
export function closingLine(left: number | undefined): string {
  if (!left) return 'stopped';
  return left === 1
    ? 'stopped; 1 message is gone with the queues'
    : `stopped; ${left} messages are gone with the queues`;
}

async function messagesIn(local: Local): Promise<number> {
  const names = local.queues.flatMap((queue) => [queue, lostQueueOf(queue), deadLetterQueueOf(queue)]);
  const depths = await Promise.all(names.map((name) => local.depth(name)));
  return depths.reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
}
