import { TooLargeError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import { encode } from '../message/codec.ts';
import type { Part } from '../message/compile-types.ts';
import type { Ports } from '../ports/ports.ts';
import { sendBody } from './outbox.ts';
import { MAX_SEND_TRIES, pauseMs } from './send-entries.ts';

/** Parts that are under way at a time: a launch of any size takes the memory of so many. Three queues can be kept busy by it. */
const WINDOW = 500;

/**
 * Carries out what a canvas compiles to: stores what has to be stored, then sends.
 *
 * A message leaves only when everything stored before it is there, and a head is written only when the payloads are that it
 * refers to: it stays as it is, so a repeated launch could not make good what this one has not stored. The rest is stored side by
 * side. At most five hundred parts are under way, so that a group of any size is sent in bounded memory.
 *
 * @throws {TooLargeError} a message is too large; of what came before it some is sent
 * @throws {SendError} a queue did not take a message, also after retries
 */
export async function launch(parts: Iterable<Part> | AsyncIterable<Part>, ports: Ports): Promise<void> {
  const underWay = new UnderWay();
  const begin = beginner(ports);
  try {
    for await (const part of parts) {
      underWay.begin(begin(part));
      if (underWay.count >= WINDOW) await underWay.fewerThan(WINDOW);
      if (underWay.failures.length > 0) break;
    }
  } finally {
    await underWay.fewerThan(1);
  }
  if (underWay.failures.length > 0) throw underWay.failures[0];
}

/** Begins one part after the other: a head waits for the payloads before it, a message for all that is stored before it. */
function beginner(ports: Ports): (part: Part) => Promise<void> {
  let stored: Promise<unknown> = Promise.resolve();
  let payloads: Promise<unknown> = Promise.resolve();
  return (part) => {
    if (part.kind === 'message') return afterwards(stored, part, ports);
    if (part.kind === 'plan') return showable(part, ports);
    const storing = part.kind === 'head' ? payloads.then(() => store(part, ports)) : store(part, ports);
    stored = Promise.all([stored, storing]);
    stored.catch(() => {}); // what was to be stored says so itself
    if (part.kind === 'payload') payloads = stored;
    return storing;
  };
}

/** What was begun and is not over. Counted, not kept: a race between so many promises would cost each part as many steps. */
class UnderWay {
  count = 0;
  readonly failures: unknown[] = [];
  #wake: () => void = () => {};

  begin(work: Promise<void>): void {
    this.count += 1;
    const over = () => {
      this.count -= 1;
      this.#wake();
    };
    work.then(over, (error: unknown) => {
      this.failures.push(error);
      over();
    });
  }

  async fewerThan(limit: number): Promise<void> {
    while (this.count >= limit) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

async function afterwards(
  stored: Promise<unknown>,
  { queue, delaySeconds, message }: Extract<Part, { kind: 'message' }>,
  ports: Ports,
): Promise<void> {
  const body = encode(message);
  await stored;
  await sendBody(ports, queue, { body, delaySeconds });
}

/** What is stored may be stored twice; so a call that fails is repeated, as one that sends is. */
async function insistently(call: () => Promise<void>, { clock, random }: Ports): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries === MAX_SEND_TRIES || error instanceof TooLargeError) throw error;
      await clock.sleep(pauseMs(random, tries));
    }
  }
}

/** A workflow runs without its plan; it can only not be shown. */
async function showable({ key, text }: Extract<Part, { kind: 'plan' }>, { payloads, clock, telemetry }: Ports) {
  try {
    await payloads.put(key, text, expiryOf(clock));
  } catch (error) {
    telemetry.log({ level: 'warn', message: `${key} is not stored`, fields: { error: String(error) } });
  }
}

function store(part: Extract<Part, { kind: 'payload' | 'head' }>, ports: Ports): Promise<void> {
  const expiresAtMs = expiryOf(ports.clock);
  if (part.kind === 'payload') return insistently(() => ports.payloads.put(part.key, part.text, expiresAtMs), ports);
  const { group, size, promise } = part;
  const head = {
    group,
    ...(size !== undefined ? { size } : {}),
    ...(promise ? { next: promise as unknown as Json } : {}),
    firedRound: 0,
    expiresAtMs,
  };
  return insistently(() => ports.barrier.open(head), ports);
}

function expiryOf(clock: Ports['clock']): number {
  return clock.now() + WORKFLOW_PART_SECONDS * 1_000;
}
