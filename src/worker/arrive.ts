import { WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import { launchingOf, promised } from '../client/go-on.ts';
import type { Slot } from '../message/next.ts';
import type { BarrierHead, BarrierNode } from '../protocol/barrier-item.ts';
import type { ArriveEffect, Effect } from '../protocol/effects.ts';
import { climb, leafOf } from '../protocol/tree.ts';
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
  const onward = async (leaf: BarrierNode) => {
    const size = await climbUp(slot, leaf, sender);
    if (size !== undefined) await carryOut(await fire(slot.group, size, round, sender));
  };
  return sender.invocation.arrivals.arrive(slot, failed, round, onward);
}

/** Arrives for full nodes, as far up as there are; gives the group's size if the top is full. */
async function climbUp(slot: Slot, leaf: BarrierNode, { invocation }: Sender): Promise<number | undefined> {
  const { barrier, clock } = invocation.worker.ports;
  let at = { group: slot.group, level: 0, node: leafOf(slot.index).leaf };
  let { size } = slot;
  for (let node = leaf; ; ) {
    const step = climb(at, node, size);
    if (step.kind === 'stop') return undefined;
    if (step.kind === 'complete') return step.size;
    ({ to: at, size } = step);
    const expiresAtMs = clock.now() + WORKFLOW_PART_SECONDS * 1_000;
    node = await barrier.arrive(at, { children: [step.child], failed: false, expiresAtMs });
  }
}

/**
 * Sends what a complete group promised. A resumed arrival adds its round to the head's count and sends under the answer,
 * whether the group has fired before or not: a body of its own round may have been marked already.
 */
async function fire(group: string, size: number, round: number, sender: Sender): Promise<readonly Effect[]> {
  const { delivery, invocation } = sender;
  const { ports } = invocation.worker;
  const head = await headOf(group, size, round, sender);
  const follows = head && promised(head, size);
  if (!head || !follows) return [];
  const how = { again: true, claim: true, round: round > 0 ? head.firedRound : 0 };
  const by = launchingOf(delivery.message, group, ports, how);
  return sendNext(follows.remainder, follows.given, by, sender);
}

/** The head, if it is there and agrees about the size: whoever counts otherwise is no member. */
async function headOf(
  group: string,
  size: number,
  round: number,
  { delivery, invocation }: Sender,
): Promise<BarrierHead | undefined> {
  const { barrier, telemetry } = invocation.worker.ports;
  const head = await barrier.readHead(group);
  if (head?.size === size) return round > 0 ? barrier.addRounds(group, round) : head;
  const { id, task } = delivery.message;
  const message = head
    ? `group ${group} has ${head.size} members, but a message of it says ${size}: nothing follows from that`
    : `group ${group} is complete, but what follows is not stored any more: it is kept for a month`;
  telemetry.log({ level: 'error', message, id, task });
  return undefined;
}
