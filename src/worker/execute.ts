import { Retry, TooLargeError } from '../base/errors.ts';
import { assertJson, type Json } from '../base/json.ts';
import { MAX_RESULT_BYTES } from '../base/limits.ts';
import { currentTask, type TaskScope } from '../client/scope.ts';
import { parseArguments } from '../task/arguments.ts';
import type { TaskDefinition } from '../task/definition.ts';
import { classify, failure, type Situation } from './classify.ts';
import { type Attempt, taskContext } from './context.ts';
import type { Delivery } from './delivery.ts';
import type { Invocation } from './invocation.ts';
import type { Outcome } from './outcome.ts';
import { type Limited, underLimits } from './time-limit.ts';

/** An outcome, and whether user code is still going behind it. */
export interface Executed {
  readonly outcome: Outcome;
  readonly hung: boolean;
}

/**
 * Runs the task's body once. Never throws: whatever user code does becomes an outcome.
 *
 * The arguments are checked first; sends that the body began and did not await are awaited, or the freeze of the environment
 * would lose them.
 */
export async function execute(
  attempt: Attempt,
  definition: TaskDefinition,
  delivery: Delivery,
  invocation: Invocation,
): Promise<Executed> {
  const { core, ports } = invocation.worker;
  const { message } = delivery;
  const { policy } = definition;
  const args = await parsedArguments(definition, message.args);
  if ('error' in args) return { outcome: failure(args.error, 'invalid-arguments', policy), hung: false };
  const scope: TaskScope = {
    ports,
    message,
    attempt: attempt.retries,
    again: attempt.claim !== undefined || message.again || delivery.receiveCount > 1,
    sends: new Set(),
    calls: new Map(),
  };
  const limits = {
    softMs: message.limits.softTimeLimitMs ?? policy.softTimeLimitMs,
    hardMs: message.limits.timeLimitMs ?? policy.timeLimitMs,
  };
  const ended = await underLimits(limits, ports.clock, (signal) =>
    currentTask.run(scope, () => runBody(attempt, definition, args.value, { delivery, invocation, signal, scope })),
  );
  const by = { nowMs: ports.clock.now(), random: ports.random, queues: core.queues };
  const situation: Situation = { message, policy, retries: attempt.retries, ...by };
  return { outcome: outcomeOf(ended, attempt, situation), hung: ended.kind === 'hung' };
}

interface Surroundings {
  readonly delivery: Delivery;
  readonly invocation: Invocation;
  readonly signal: AbortSignal;
  readonly scope: TaskScope;
}

async function runBody(
  attempt: Attempt,
  definition: TaskDefinition,
  args: readonly unknown[],
  { delivery, invocation, signal, scope }: Surroundings,
): Promise<unknown> {
  const body = definition.body as (...args: unknown[]) => unknown;
  const self = definition.bind ? [taskContext(attempt, delivery, invocation, signal)] : [];
  let returned: unknown;
  try {
    returned = await body(...self, ...args);
  } catch (thrown) {
    await Promise.allSettled(scope.sends);
    throw thrown;
  }
  await sendsOf(scope);
  return returned;
}

/** Waits for every send that is still under way; one that fails fails the attempt, for nobody else would know. */
async function sendsOf(scope: TaskScope): Promise<void> {
  while (scope.sends.size > 0) await Promise.all([...scope.sends]);
}

function outcomeOf(ended: Limited<unknown>, attempt: Attempt, situation: Situation): Outcome {
  switch (ended.kind) {
    case 'hung':
      return failure(ended.error, 'time-limit', situation.policy);
    case 'threw':
      return classify(
        attempt.retryAsked && !(ended.thrown instanceof Retry) ? attempt.retryAsked : ended.thrown,
        situation,
      );
    case 'returned':
      return attempt.retryAsked ? classify(attempt.retryAsked, situation) : success(ended.value, situation);
  }
}

function success(returned: unknown, { policy, message }: Situation): Outcome {
  try {
    const value = assertJson(returned === undefined ? null : returned, 'result');
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes <= MAX_RESULT_BYTES) return { kind: 'success', value };
    throw new TooLargeError(
      `the result of "${message.task}" has ${bytes} bytes, ${MAX_RESULT_BYTES} are allowed; store it elsewhere and return its key`,
    );
  } catch (error) {
    return failure(error, 'invalid-result', policy);
  }
}

async function parsedArguments(
  { schema, name }: TaskDefinition,
  args: readonly Json[],
): Promise<{ readonly value: readonly unknown[] } | { readonly error: unknown }> {
  try {
    return { value: await parseArguments(name, schema, args) };
  } catch (error) {
    return { error };
  }
}
