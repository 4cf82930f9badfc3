import { newId } from '../base/ids.ts';
import { LEASE_MARGIN_MS } from '../base/limits.ts';
import { type Ruling, ruling } from '../protocol/guard.ts';
import type { TaskItem } from '../protocol/item.ts';
import type { Claimed } from './claimed.ts';
import type { Delivery } from './delivery.ts';
import { insist } from './insist.ts';
import type { Invocation } from './invocation.ts';
import { writerOf } from './writer.ts';

/** A refused claim whose item shows no reason is tried again this often: it lost a race that is over. */
const TRIES = 3;

/**
 * Claims the task for this delivery by one conditional write; refused, the item tells what to do instead.
 *
 * The lease outlives the function's deadline, so no live function is ever without its lease.
 */
export async function claim(
  delivery: Delivery,
  atMostOnce: boolean,
  invocation: Invocation,
  known?: TaskItem,
): Promise<{ readonly kind: 'claimed'; readonly claim: Claimed } | Ruling> {
  const { backend, clock, random } = invocation.worker.ports;
  const { message } = delivery;
  const token = newId(clock.now(), random);
  const leaseUntilMs = invocation.deadlineMs + LEASE_MARGIN_MS;
  for (let tries = 1; ; tries++) {
    const by = () => ({ ...writerOf(delivery, undefined, clock.now()), token });
    const write = () => backend.write({ kind: 'claim', by: by(), leaseUntilMs, atMostOnce }, known);
    const answer = await insist(write, invocation);
    if (answer.written) return { kind: 'claimed', claim: { token, item: answer.item } };
    const rule = ruling(answer.item, { message, token, atMostOnce, nowMs: clock.now() });
    if (rule.kind !== 'again' || tries === TRIES) return rule;
  }
}
