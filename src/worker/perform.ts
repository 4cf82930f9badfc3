import { BarrierMissingError } from '../base/errors.ts';
import { SQS_MAX_DELAY_SECONDS } from '../base/limits.ts';
import { launchingOf } from '../client/go-on.ts';
import { sendBody } from '../client/outbox.ts';
import { encode, MAX_CARRIED_BYTES } from '../message/codec.ts';
import type { Message } from '../message/message.ts';
import type { Ports } from '../ports/ports.ts';
import { type DeadLetterEffect, type Effect, failureOf } from '../protocol/effects.ts';
import type { TaskItem } from '../protocol/item.ts';
import { arrive } from './arrive.ts';
import { buryTask } from './dead-letter.ts';
import { markStage } from './mark-stage.ts';
import { resultGiven, type Sender, sendBeside, sendNext } from './onward.ts';

/** Marks that are under way at a time. */
const MARKS_AT_ONCE = 16;

/** Carries effects out, one after the other; only marks, which depend on nothing, go side by side. */
export async function performAll(all: readonly Effect[], item: TaskItem, sender: Sender): Promise<void> {
  const left = [...all];
  while (left.length > 0) {
    const marks = left.findIndex((effect, i) => effect.kind !== 'mark' || i === MARKS_AT_ONCE);
    const together = left.splice(0, Math.max(1, marks === -1 ? left.length : marks));
    const more = await Promise.all(together.map((effect) => perform(effect, item, sender)));
    left.unshift(...more.flat());
  }
}

/**
 * Carries one effect out.
 *
 * @param item  the stored outcome that it follows from
 * @returns what has to happen besides, where it could not be done for good
 * @throws {Error} it could not be done now; the message comes back and settles again
 */
async function perform(effect: Effect, item: TaskItem, sender: Sender): Promise<readonly Effect[]> {
  const { delivery, invocation, again } = sender;
  const { message, queue } = delivery;
  const { ports } = invocation.worker;
  switch (effect.kind) {
    case 'dead-letter':
      await buryTask(await numbered(effect, ports), queue, ports);
      return [];
    case 'link':
      await sendBeside(effect.canvas, effect.place, resultGiven(item, message.id), false, sender);
      return [];
    case 'errback': {
      const of = effect.stage ? { ...message, ...effect.stage, args: [] } : message;
      const failure = { kind: 'values' as const, values: [failureOf(of, effect.error)] };
      const from = { ...sender, delivery: { ...delivery, message: of } };
      await sendBeside(effect.canvas, effect.place, failure, true, from);
      return [];
    }
    case 'next': {
      const by = launchingOf(message, message.id, ports, { again, claim: false });
      return sendNext(effect, resultGiven(item, message.id), by, sender);
    }
    case 'mark':
      await markStage(effect, sender);
      return [];
    case 'arrive':
      await arrive(effect, sender, (more) => performAll(more, item, sender));
      return [];
  }
}

/**
 * The round of a dead letter. What a barrier sent takes it from the barrier's own count: a mark, or a resumed firing, may have
 * used the next number already.
 */
async function numbered(effect: DeadLetterEffect, { barrier }: Ports): Promise<DeadLetterEffect> {
  const { message } = effect;
  if (!message.input || !('group' in message.input)) return effect;
  try {
    const { firedRound } = await barrier.addRounds(message.input.group, 1);
    return { ...effect, message: { ...message, round: Math.max(message.round, firedRound) } };
  } catch (error) {
    if (error instanceof BarrierMissingError) return effect;
    throw error;
  }
}

/** Sends a message that is on its way already to a queue: it may have all the room that SQS gives. */
export async function carryOn(queue: string, message: Message, ports: Ports, delaySeconds: number): Promise<void> {
  await sendBody(ports, queue, { body: encode(message, MAX_CARRIED_BYTES), delaySeconds });
}

/** Sends the stored message of a MOVED task; the same copy, however often. */
export async function sendOn(queue: string, message: Message, ports: Ports): Promise<void> {
  const leftMs = (message.etaMs ?? 0) - ports.clock.now();
  const delaySeconds = Math.min(SQS_MAX_DELAY_SECONDS, Math.max(0, Math.ceil(leftMs / 1_000)));
  await carryOn(queue, message, ports, delaySeconds);
}
