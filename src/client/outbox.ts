import { SendError } from '../base/errors.ts';
import { SQS_MAX_BATCH, SQS_MAX_BATCH_BYTES } from '../base/limits.ts';
import type { OutgoingEntry, SendAnswer } from '../ports/broker.ts';
import type { Ports } from '../ports/ports.ts';

/** An entry on its way, and the call that waits for it. */
interface Waiting {
  readonly entry: OutgoingEntry;
  readonly bytes: number;
  resolve(): void;
  reject(error: Error): void;
}

/** What waits for one queue, and how many calls to it are under way. */
interface Lane {
  readonly waiting: Waiting[];
  calls: number;
  flushing: boolean;
}

/** Calls to one queue that may be under way at once: more wait, so that 100,000 sends do not open 10,000 sockets. */
const MAX_CALLS = 16;
/** Tries of one entry, the first included. */
const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 100;

const lanesOf = new WeakMap<Ports, Map<string, Lane>>();

/**
 * Hands a message to a queue. Everything sent in one turn to one queue goes out in full batches.
 *
 * @returns once SQS has it
 * @throws {SendError} it could not be sent, also after retries; other messages of its batch are not affected
 */
export function sendBody(ports: Ports, queue: string, entry: OutgoingEntry): Promise<void> {
  const lane = laneOf(ports, queue);
  return new Promise((resolve, reject) => {
    lane.waiting.push({ entry, bytes: bytesOf(entry), resolve, reject });
    if (lane.flushing) return;
    lane.flushing = true;
    ports.clock.soon(() => {
      lane.flushing = false;
      pump(ports, queue, lane);
    });
  });
}

function laneOf(ports: Ports, queue: string): Lane {
  const lanes = lanesOf.get(ports) ?? new Map<string, Lane>();
  lanesOf.set(ports, lanes);
  const lane = lanes.get(queue) ?? { waiting: [], calls: 0, flushing: false };
  lanes.set(queue, lane);
  return lane;
}

/** Starts as many calls as may be under way. */
function pump(ports: Ports, queue: string, lane: Lane): void {
  while (lane.calls < MAX_CALLS && lane.waiting.length > 0) {
    lane.calls += 1;
    void sendTogether(ports, queue, nextBatch(lane.waiting)).finally(() => {
      lane.calls -= 1;
      pump(ports, queue, lane);
    });
  }
}

function nextBatch(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { bytes: more } of waiting) {
    if (count === SQS_MAX_BATCH || (count > 0 && bytes + more > SQS_MAX_BATCH_BYTES)) break;
    bytes += more;
    count += 1;
  }
  return waiting.splice(0, count);
}

/** Never rejects: each entry's own call is told. */
async function sendTogether(ports: Ports, queue: string, batch: readonly Waiting[]): Promise<void> {
  const answers = await answersFor(ports, queue, batch);
  const failed = batch.filter((one, i) => {
    const answer = answers[i];
    if (answer?.sent) one.resolve();
    else if (answer && !answer.retryable) one.reject(refused(queue, answer.reason));
    else return true;
    return false;
  });
  await Promise.all(failed.map((one) => sendAlone(ports, queue, one)));
}

/** Retries one entry by itself, so that it takes nobody along. */
async function sendAlone(ports: Ports, queue: string, one: Waiting): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let tries = 2; tries <= MAX_TRIES; tries++) {
    await ports.clock.sleep(Math.floor(pauseMs * (0.5 + ports.random.uint32() / 2 ** 33)));
    const [answer] = await answersFor(ports, queue, [one]);
    if (answer?.sent) return one.resolve();
    if (answer && !answer.retryable) return one.reject(refused(queue, answer.reason));
    if (tries === MAX_TRIES) return one.reject(refused(queue, answer?.sent === false ? answer.reason : 'no answer'));
    pauseMs *= 2;
  }
}

/** A call that fails as a whole answers for all its entries. */
async function answersFor(ports: Ports, queue: string, batch: readonly Waiting[]): Promise<readonly SendAnswer[]> {
  try {
    return await ports.broker.send(
      queue,
      batch.map(({ entry }) => entry),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return batch.map(() => ({ sent: false, retryable: true, reason }));
  }
}

function refused(queue: string, reason: string): SendError {
  return new SendError(`not sent to queue "${queue}": ${reason}`);
}

function bytesOf({ body, attributes = {} }: OutgoingEntry): number {
  const texts = Object.entries(attributes).flatMap(([name, value]) => [name, value, 'String']);
  return [body, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
