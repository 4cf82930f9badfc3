import { ancestorIds } from '../base/path-ids.ts';
import type { Message } from '../message/message.ts';
import { type Admission, guard } from '../protocol/guard.ts';
import type { TaskItem } from '../protocol/item.ts';
import { DEFAULT_POLICY } from '../task/default-policy.ts';
import type { TaskDefinition } from '../task/definition.ts';
import { definitionOf } from './built-in.ts';
import { claim } from './claim.ts';
import type { Claimed } from './claimed.ts';
import type { Attempt } from './context.ts';
import { defer } from './defer.ts';
import { type Delivery, firstSentAtMs } from './delivery.ts';
import { execute } from './execute.ts';
import { readArguments } from './input.ts';
import type { Invocation, Reply, Worker } from './invocation.ts';
import type { Outcome } from './outcome.ts';
import { begun } from './report.ts';
import { obey, settle } from './settle.ts';
import { type Ran, retriesOf } from './store.ts';
import { unrunOutcome } from './unrun.ts';

/**
 * One message's life: guard → claim → input → execute → settle.
 *
 *  guard    most messages are the first delivery of a plain task and run at once, without a read or a write; some wait, some
 *           end unrun, and everything that may have been delivered before is claimed          protocol/guard.ts `guard`
 *  claim    one conditional write                                                             protocol/claim.ts `claim`
 *           refused: the item says whether to settle again, drop, wait, send on or end        protocol/guard.ts `ruling`
 *  input    what the message only refers to: a body reads the members of its header           input.ts, protocol/gather.ts
 *  execute  user code; whatever it does becomes an outcome                                    execute.ts, classify.ts
 *  settle   store the outcome                                              protocol/end.ts `end`, retry.ts `retry`, `move`
 *           then its effects, then acknowledge                                                protocol/effects.ts `effects`
 *           links and the next step of a chain                                                onward.ts, message/compile.ts
 *           the arrival of a member, and what its group promised                              arrive.ts, client/fire.ts
 *           a task that is replaced goes on as a canvas                                       replacement.ts
 *
 * @param known  the item, where the batch has read it
 * @throws {Error} the table or a queue did not answer: nothing is acknowledged, and the message comes back
 */
export async function life(delivery: Delivery, invocation: Invocation, known?: TaskItem): Promise<Reply> {
  const definition = definitionOf(invocation.worker.core, delivery.message.task);
  const { orders } = invocation.worker;
  const { message } = delivery;
  const { id, root } = message;
  const isRevoked = orders.unsure ? await isMarked(message, invocation.worker) : orders.isRevoked(id, root);
  const admission = admit(delivery, definition, isRevoked, invocation);
  switch (admission.kind) {
    case 'wait':
      return defer(delivery, admission.untilMs, admission.why, invocation);
    case 'end':
      return unrun(admission.why, delivery, definition, invocation, known);
    case 'run':
      return run(delivery, definition as TaskDefinition, invocation);
    case 'claim': {
      const atMostOnce = definition?.policy.acksLate === false;
      const claimed = await claim(delivery, atMostOnce, invocation, known);
      if (claimed.kind === 'claimed') return run(delivery, definition as TaskDefinition, invocation, claimed.claim);
      if (claimed.kind === 'end') return unrun(claimed.why, delivery, definition, invocation, known);
      if (claimed.kind === 'again') return { kind: 'return' }; // lost every race for it
      return obey(claimed, delivery, invocation);
    }
  }
}

function admit(
  delivery: Delivery,
  definition: TaskDefinition | undefined,
  revoked: boolean,
  { worker }: Invocation,
): Admission {
  const { message, receiveCount } = delivery;
  const unknown = message.newer ? 'newer-version' : definition ? undefined : 'unknown-task';
  return guard({
    message,
    receiveCount,
    sentAtMs: firstSentAtMs(delivery),
    revoked,
    ...(unknown ? { unknown } : {}),
    graceMs: worker.graceMs,
    mustClaim: message.claim || definition?.policy.trackStarted === true || definition?.policy.acksLate === false,
    nowMs: worker.ports.clock.now(),
  });
}

/** Where the list of revoked ids is not to be had, the marks in the items of the task and of what it belongs to decide. */
async function isMarked({ id, root }: Message, { ports }: Worker): Promise<boolean> {
  const items = await ports.backend.readMany([...new Set([id, root, ...ancestorIds(id)])]);
  return [...items.values()].some((item) => item.revoked); // who revokes stamps before; REVOKED may as well mean expired
}

async function run(
  delivery: Delivery,
  definition: TaskDefinition,
  invocation: Invocation,
  claimed?: Claimed,
): Promise<Reply> {
  const retries = retriesOf(delivery.message, claimed?.item);
  const startedAtMs = invocation.worker.ports.clock.now();
  const attempt: Attempt = {
    retries,
    claim: claimed,
    item: claimed?.item,
    traced: claimed !== undefined,
    retryAsked: undefined,
    startedAtMs,
    replacement: undefined,
  };
  const ran = { policy: definition.policy, attempt, retries };
  let { args } = delivery.message;
  if (delivery.message.input) {
    const input = await readArguments(delivery.message, invocation);
    if (input.kind === 'ended') return settle(input.outcome, delivery, ran, invocation);
    ({ args } = input);
  }
  begun(delivery, attempt, invocation);
  const { outcome, hung } = await execute(attempt, definition, args, delivery, invocation);
  if (!hung) return settle(outcome, delivery, ran, invocation);
  return { ...(await settleHung(outcome, delivery, ran, invocation)), hung };
}

/** The process has to end whether the outcome could be stored or not: the body goes on in it. */
async function settleHung(outcome: Outcome, delivery: Delivery, ran: Ran, invocation: Invocation): Promise<Reply> {
  try {
    return await settle(outcome, delivery, ran, invocation);
  } catch (error) {
    const { id, task } = delivery.message;
    const message = 'the end of a hung task is not stored, its message comes back';
    invocation.worker.ports.telemetry.log({ level: 'error', message, id, task, fields: { error: String(error) } });
    return { kind: 'return' };
  }
}

function unrun(
  why: Parameters<typeof unrunOutcome>[1],
  delivery: Delivery,
  definition: TaskDefinition | undefined,
  invocation: Invocation,
  known: TaskItem | undefined,
): Promise<Reply> {
  const policy = definition?.policy ?? DEFAULT_POLICY;
  const ran = { policy, attempt: undefined, retries: retriesOf(delivery.message, known) };
  return settle(unrunOutcome(delivery.message, why, invocation.worker.elsewhere), delivery, ran, invocation);
}
