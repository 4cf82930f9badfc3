import { BarrierMissingError } from '../base/errors.ts';
import { WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import type { Given } from '../message/compile-types.ts';
import type { Launching } from '../message/launching.ts';
import type { Ports } from '../ports/ports.ts';
import type { BarrierNode, NodeAt } from '../protocol/barrier-item.ts';
import { climb } from '../protocol/tree.ts';
import { launchingOf, type Origin, promised, type Remainder } from './go-on.ts';

/**
 * Arrives for full nodes, as far up as there are.
 *
 * @param node  as it is after an arrival, or after it was told the size
 * @param size  of the group, if it is known
 * @returns the size of the group if its top is full
 */
export async function climbUp(
  from: NodeAt,
  node: BarrierNode,
  size: number | undefined,
  ports: Ports,
): Promise<number | undefined> {
  const step = climb(from, node, size);
  if (step.kind === 'stop') return undefined;
  if (step.kind === 'complete') return step.size;
  const expiresAtMs = ports.clock.now() + WORKFLOW_PART_SECONDS * 1_000;
  const above = await ports.barrier.arrive(step.to, { children: [step.child], failed: false, expiresAtMs });
  return climbUp(step.to, above, step.size, ports);
}

/** What a complete group sends, and how. */
export interface Firing {
  readonly remainder: Remainder;
  readonly given: Given;
  readonly by: Launching;
}

/**
 * Reads what a complete group promised. A resumed arrival adds its round to the head's count and sends under the answer, whether
 * the group has fired before or not: a body of its own round may have been marked already.
 *
 * Others may send the same, so all of it has to be claimed.
 *
 * @param from  the round of the arrival, and what goes on from it
 * @returns `undefined` if nothing follows from the group
 * @throws {BarrierMissingError} there is no head, or one of another size: whoever counts otherwise is no member
 */
export async function firing(group: string, size: number, from: Origin, ports: Ports): Promise<Firing | undefined> {
  const { barrier } = ports;
  const stands = await barrier.readHead(group);
  if (stands?.size !== size) throw new BarrierMissingError(missing(group, size, stands?.size));
  const head = from.round > 0 ? await barrier.addRounds(group, from.round) : stands;
  const follows = promised(head, size);
  const how = { again: true, claim: true, round: from.round > 0 ? head.firedRound : 0 };
  return follows && { ...follows, by: launchingOf(from, group, ports, how) };
}

function missing(group: string, said: number, size: number | undefined): string {
  return size === undefined
    ? `group ${group} is complete, but what follows is not stored any more: it is kept for a month`
    : `group ${group} has ${size} members, but a message of it says ${said}: nothing follows from that`;
}
