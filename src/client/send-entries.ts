import { type Random, randomInt } from '../base/random.ts';
import type { OutgoingEntry, SendAnswer } from '../ports/broker.ts';
import type { Ports } from '../ports/ports.ts';

/** An entry on its way, and whom to tell. */
export interface Outgoing {
  readonly entry: OutgoingEntry;
  readonly bytes: number;
  sent(): void;
  /** @param final  trying again cannot help */
  failed(reason: string, cause: unknown, final: boolean): void;
}

/** Calls that one entry is part of before it is given up: the batch, then on its own. */
export const MAX_SEND_TRIES = 5;

const FIRST_PAUSE_MS = 100;

/** The answer for one entry; `cause`, where the whole call failed. */
type Answer = SendAnswer & { readonly cause?: unknown };

/**
 * Sends a batch, and tells each entry what became of it; never rejects.
 *
 * What the batch did not send is tried again on its own, with growing pauses: so an entry that makes a whole call fail takes
 * no other along.
 */
export async function sendEntries(ports: Ports, queue: string, batch: readonly Outgoing[]): Promise<void> {
  const answers = await callBroker(ports, queue, batch);
  await Promise.all(batch.map((outgoing, index) => settle(ports, queue, outgoing, answers[index])));
}

async function settle(ports: Ports, queue: string, outgoing: Outgoing, first: Answer = NO_ANSWER): Promise<void> {
  let answer = first;
  for (let tries = 1; !answer.sent && answer.retryable && tries < MAX_SEND_TRIES; tries++) {
    await ports.clock.sleep(pauseMs(ports.random, tries));
    [answer = NO_ANSWER] = await callBroker(ports, queue, [outgoing]);
  }
  if (answer.sent) outgoing.sent();
  else outgoing.failed(answer.reason, answer.cause, !answer.retryable);
}

/** A call that fails as a whole answers for all its entries. */
async function callBroker(ports: Ports, queue: string, batch: readonly Outgoing[]): Promise<readonly Answer[]> {
  const entries = batch.map(({ entry }) => entry);
  try {
    return await ports.broker.send(queue, entries);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return batch.map(() => ({ sent: false, retryable: true, reason, cause }));
  }
}

/** Doubled with each try, half of it left to chance: 50 to 100 ms, at last 400 to 800 ms. */
export function pauseMs(random: Random, tries: number): number {
  const half = (FIRST_PAUSE_MS * 2 ** (tries - 1)) / 2;
  return half + randomInt(random, half);
}

const NO_ANSWER: Answer = { sent: false, retryable: true, reason: 'the queue did not answer for this message' };
