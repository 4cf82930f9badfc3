import { BarrierMissingError } from '../base/errors.ts';
import { climbUp, firing } from '../client/fire.ts';
import type { BarrierNode } from '../protocol/barrier-item.ts';
import type { ArriveEffect, Effect } from '../protocol/effects.ts';
import { leafOf } from '../protocol/tree.ts';
import { type Sender, sendNext } from './onward.ts';

/**
 * Enters a member in its group's barrier, climbs while nodes are full, and sends what the group promised once the top is.
 *
 * Every step may be repeated: the sets count nobody twice, and what is sent has a known id and is always claimed.
 *
 * @param carryOut  does what has to happen besides, where something can never be sent
 */
export function arrive(
  { slot, failed, round }: ArriveEffect,
  sender: Sender,
  carryOut: (effects: readonly Effect[]) => Promise<void>,
): Promise<void> {
  const { arrivals, worker } = sender.invocation;
  const at = { group: slot.group, level: 0, node: leafOf(slot.index).leaf };
  const onward = async (leaf: BarrierNode) => {
    const size = await climbUp(at, leaf, slot.size, worker.ports);
    if (size !== undefined) await carryOut(await fire(slot.group, size, round, sender));
  };
  return arrivals.arrive(slot, failed, round, onward);
}

/** Sends what a complete group promised; where that is not to be had, no redelivery would change it. */
async function fire(group: string, size: number, round: number, sender: Sender): Promise<readonly Effect[]> {
  const { delivery, invocation } = sender;
  const { ports } = invocation.worker;
  const { id, task } = delivery.message;
  const fired = await firing(group, size, { ...delivery.message, round }, ports).catch((error: unknown) => {
    if (!(error instanceof BarrierMissingError)) throw error;
    ports.telemetry.log({ level: 'error', message: error.message, id, task });
    return undefined;
  });
  return fired ? sendNext(fired.remainder, fired.given, fired.by, sender) : [];
}
