import { Retry, TooLargeError } from '../base/errors.ts';
import { assertJson, type Json } from '../base/json.ts';
import { MAX_STORED_RESULT_BYTES } from '../base/limits.ts';
import { currentTask, type TaskScope } from '../client/scope.ts';
import type { Message } from '../message/message.ts';
import type { Ports } from '../ports/ports.ts';
import { parseArguments } from '../task/arguments.ts';
import type { TaskDefinition } from '../task/definition.ts';
import { classify, failure, type Situation } from './classify.ts';
import { type Attempt, taskContext } from './context.ts';
import type { Delivery } from './delivery.ts';
import type { Invocation } from './invocation.ts';
import type { Outcome } from './outcome.ts';
import { type Limited, type Limits, underLimits } from './time-limit.ts';

/** An outcome, and whether user code is still going behind it. */
export interface Executed {
  readonly outcome: Outcome;
  readonly hung: boolean;
}

/**
 * Runs the task's body once. Never throws: whatever user code does becomes an outcome.
 *
 * The arguments are checked first, within the time limits as well. Sends that the body began and did not await are awaited, or
 * the freeze of the environment would lose them; what it wants to send after its end is refused.
 */
export async function execute(
  attempt: Attempt,
  definition: TaskDefinition,
  args: readonly Json[],
  delivery: Delivery,
  invocation: Invocation,
): Promise<Executed> {
  const { core, ports } = invocation.worker;
  const { message } = delivery;
  const scope = scopeOf(attempt, delivery, ports);
  const run = { attempt, definition, args, delivery, invocation, scope };
  const ended = await underLimits(limitsOf(message, definition), ports.clock, (signal) =>
    currentTask.run(scope, () => runBody(run, signal)),
  );
  scope.closed = true;
  const situation: Situation = {
    message,
    policy: definition.policy,
    retries: attempt.retries,
    nowMs: ports.clock.now(),
    random: ports.random,
    queues: core.queues,
  };
  return { outcome: outcomeOf(ended, attempt, situation), hung: ended.kind === 'hung' };
}

function limitsOf({ limits }: Message, { policy }: TaskDefinition): Limits {
  return { softMs: limits.softTimeLimitMs ?? policy.softTimeLimitMs, hardMs: limits.timeLimitMs ?? policy.timeLimitMs };
}

function scopeOf({ retries, claim }: Attempt, { message, receiveCount }: Delivery, ports: Ports): TaskScope {
  // a first claim of a first delivery is as good as a plain first delivery
  const again = message.again || receiveCount > 1 || (claim?.item.starts ?? 0) > 1;
  return { ports, message, attempt: retries, again, sends: new Set(), calls: new Map(), closed: false };
}

interface Run {
  readonly attempt: Attempt;
  readonly definition: TaskDefinition;
  readonly args: readonly Json[];
  readonly delivery: Delivery;
  readonly invocation: Invocation;
  readonly scope: TaskScope;
}

async function runBody(run: Run, signal: () => AbortSignal): Promise<unknown> {
  const { attempt, definition, args, delivery, invocation, scope } = run;
  const { message } = delivery;
  const read = message.input ? { ...delivery, message: { ...message, args } } : delivery; // with what it only referred to
  const self = definition.bind ? [taskContext(attempt, read, invocation, signal, scope)] : [];
  let returned: unknown;
  try {
    returned = await calls(definition, self, args, message.each);
  } catch (thrown) {
    await Promise.allSettled(scope.sends);
    throw thrown;
  }
  if (scope.sends.size > 0) await sendsOf(scope);
  return returned;
}

/** Calls the body; of a map, once for each item, one after the other. All of them are checked before the first begins. */
async function calls(
  definition: TaskDefinition,
  self: readonly unknown[],
  args: readonly Json[],
  each: Message['each'],
): Promise<unknown> {
  const body = definition.body as (...args: unknown[]) => unknown;
  if (each === undefined) {
    return body(...self, ...(definition.schema ? await checkedArguments(definition, args) : args));
  }
  const checked = (given: readonly Json[]) => (definition.schema ? checkedArguments(definition, given) : given);
  const items = args[0] as readonly Json[];
  const lists = [];
  for (const item of items) lists.push(await checked(each === 'map' ? [item] : (item as readonly Json[])));
  const results = [];
  for (const list of lists) {
    const result = await body(...self, ...list);
    results.push(result === undefined ? null : result);
  }
  return results;
}

/** Waits for every send that is still under way; one that fails fails the attempt, for nobody else would know. */
async function sendsOf(scope: TaskScope): Promise<void> {
  while (scope.sends.size > 0) await Promise.all([...scope.sends]);
}

function outcomeOf(ended: Limited<unknown>, attempt: Attempt, situation: Situation): Outcome {
  switch (ended.kind) {
    case 'hung':
      return failure(ended.error, 'time-limit', situation.policy);
    case 'threw': {
      const { thrown } = ended;
      if (attempt.replacement && !(thrown instanceof Retry)) return { kind: 'replace', canvas: attempt.replacement };
      if (thrown instanceof Unfit) return failure(thrown.cause, 'invalid-arguments', situation.policy);
      return classify(attempt.retryAsked && !(thrown instanceof Retry) ? attempt.retryAsked : thrown, situation);
    }
    case 'returned':
      if (attempt.replacement) return { kind: 'replace', canvas: attempt.replacement };
      return attempt.retryAsked ? classify(attempt.retryAsked, situation) : success(ended.value, situation);
  }
}

function success(returned: unknown, { policy, message }: Situation): Outcome {
  try {
    const value = assertJson(returned === undefined ? null : returned, 'result');
    if (value === null || typeof value === 'number' || typeof value === 'boolean') return { kind: 'success', value };
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes <= MAX_STORED_RESULT_BYTES) return { kind: 'success', value };
    throw new TooLargeError(
      `the result of "${message.task}" has ${bytes} bytes, ${MAX_STORED_RESULT_BYTES} are allowed; store it elsewhere and return its key`,
    );
  } catch (error) {
    return failure(error, 'invalid-result', policy);
  }
}

/** Tells an error of the schema from one of the body. */
class Unfit extends Error {}

async function checkedArguments({ schema, name }: TaskDefinition, args: readonly Json[]): Promise<readonly unknown[]> {
  try {
    return await parseArguments(name, schema, args);
  } catch (error) {
    throw new Unfit('arguments', { cause: error });
  }
}
