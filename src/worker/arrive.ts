import { BarrierMissingError } from '../base/errors.ts';
import { UNENDED_ITEM_SECONDS } from '../base/limits.ts';
import { launchingOf, promised } from '../client/go-on.ts';
import type { BarrierHead } from '../protocol/barrier-item.ts';
import type { ArriveEffect, Effect } from '../protocol/effects.ts';
import { climb, leafOf } from '../protocol/tree.ts';
import { type Sender, sendNext } from './onward.ts';

/**
 * Enters a member in its group's barrier, climbs while nodes are full, and sends what the group promised once the top is.
 *
 * Every step may be repeated: the sets count nobody twice, and what is sent has a known id and is always claimed.
 */
export async function arrive({ slot, failed, round }: ArriveEffect, sender: Sender): Promise<readonly Effect[]> {
  const { invocation } = sender;
  const { barrier, clock } = invocation.worker.ports;
  let node = await invocation.arrivals.arrive(slot, failed, round);
  if (!node) return []; // another of the batch goes on for it
  let at = { group: slot.group, level: 0, node: leafOf(slot.index).leaf };
  let { size } = slot;
  for (;;) {
    const step = climb(at, node, size);
    if (step.kind === 'stop') return [];
    if (step.kind === 'complete') return fire(slot.group, step.size, round, sender);
    ({ to: at, size } = step);
    const expiresAtMs = clock.now() + UNENDED_ITEM_SECONDS * 1_000;
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
  const head = await headOf(group, round, sender);
  const follows = head && promised(head, size);
  if (!head || !follows) return [];
  const how = { again: true, claim: true, round: round > 0 ? head.firedRound : 0 };
  const by = launchingOf(delivery.message, group, ports, how);
  return sendNext(follows.remainder, follows.given, by, ports);
}

async function headOf(
  group: string,
  round: number,
  { delivery, invocation }: Sender,
): Promise<BarrierHead | undefined> {
  const { barrier, telemetry } = invocation.worker.ports;
  try {
    const head = round > 0 ? await barrier.addRounds(group, round) : await barrier.readHead(group);
    if (head) return head;
  } catch (error) {
    if (!(error instanceof BarrierMissingError)) throw error;
  }
  const { id, task } = delivery.message;
  const message = `group ${group} is complete, but what follows is not stored any more: a workflow is kept for 15 days`;
  telemetry.log({ level: 'error', message, id, task });
  return undefined;
}
