import { SendError } from '../base/errors.ts';
import { SQS_MAX_BATCH, SQS_MAX_BATCH_BYTES } from '../base/limits.ts';
import type { OutgoingEntry } from '../ports/broker.ts';
import type { Ports } from '../ports/ports.ts';
import { type Outgoing, sendEntries } from './send-entries.ts';

/** Calls to one queue that are under way at a time: more wait, so that 100,000 sends do not open 10,000 sockets. */
export const MAX_CALLS_PER_QUEUE = 16;

/**
 * Hands a message to a queue. Everything sent in one turn to one queue through the same ports goes out in full batches.
 *
 * @returns once SQS has it
 * @throws {SendError} it could not be sent, also after retries; other messages of its batch are not affected
 */
export function sendBody(ports: Ports, queue: string, entry: OutgoingEntry): Promise<void> {
  const lane = laneOf(ports, queue);
  return new Promise((resolve, reject) => {
    lane.waiting.push({
      entry,
      bytes: bytesOf(entry),
      sent: resolve,
      failed: (reason, cause, final) => {
        const error = new SendError(`not sent to queue "${queue}": ${reason}`, { cause });
        reject(Object.assign(error, { final }));
      },
    });
    flushSoon(lane);
  });
}

/** What waits for one queue, and the calls that are under way to it. */
interface Lane {
  readonly ports: Ports;
  readonly queue: string;
  waiting: Outgoing[];
  /** Where in `waiting` the first one stands that has not left: cutting a long list at its front costs its length. */
  next: number;
  calls: number;
  scheduled: boolean;
}

const lanesOf = new WeakMap<Ports, Map<string, Lane>>();

function laneOf(ports: Ports, queue: string): Lane {
  const lanes = lanesOf.get(ports) ?? new Map<string, Lane>();
  lanesOf.set(ports, lanes);
  const lane = lanes.get(queue) ?? { ports, queue, waiting: [], next: 0, calls: 0, scheduled: false };
  lanes.set(queue, lane);
  return lane;
}

/** At the end of the turn, so that what the same turn still sends goes along. */
function flushSoon(lane: Lane): void {
  if (lane.scheduled || lane.calls >= MAX_CALLS_PER_QUEUE) return;
  lane.scheduled = true;
  lane.ports.clock.soon(() => {
    lane.scheduled = false;
    flush(lane);
  });
}

function flush(lane: Lane): void {
  while (lane.calls < MAX_CALLS_PER_QUEUE && lane.waiting.length > 0) {
    lane.calls += 1;
    void sendEntries(lane.ports, lane.queue, takeBatch(lane)).finally(() => {
      lane.calls -= 1;
      if (lane.waiting.length > 0) flushSoon(lane);
    });
  }
}

/** As many as fit one call; one at least. */
function takeBatch(lane: Lane): readonly Outgoing[] {
  let bytes = 0;
  let end = lane.next;
  for (; end < lane.waiting.length && end - lane.next < SQS_MAX_BATCH; end++) {
    bytes += lane.waiting[end]?.bytes ?? 0;
    if (bytes > SQS_MAX_BATCH_BYTES && end > lane.next) break;
  }
  const batch = lane.waiting.slice(lane.next, end);
  lane.next = end;
  forgetSent(lane);
  return batch;
}

/**
 * Cuts off what has left once that is at least as much as what remains: each entry is copied about once, however long the list,
 * and a lane that is never empty keeps nothing that has left.
 */
function forgetSent(lane: Lane): void {
  if (lane.next * 2 < lane.waiting.length) return;
  lane.waiting = lane.waiting.slice(lane.next);
  lane.next = 0;
}

/** What SQS counts: the body and each attribute's name, type and value. */
function bytesOf({ body, attributes = {} }: OutgoingEntry): number {
  const texts = Object.entries(attributes).flatMap(([name, value]) => [name, value, 'String']);
  return [body, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
