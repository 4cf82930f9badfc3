import {
  INVOCATIONS_OF_A_POLLER,
  LAMBDA_ACCOUNT_CONCURRENCY,
  MAPPING_MAX_BATCH,
  MAPPING_MAX_BATCH_WITHOUT_WINDOW,
  MAPPING_MAX_CONCURRENCY,
  MAPPING_MAX_MINIMUM_POLLERS,
  MAPPING_MAX_POLLERS,
  MAPPING_MIN_CONCURRENCY,
  MAPPING_MIN_POLLERS,
} from '../../src/base/limits.ts';
import { readWhole } from '../../src/base/option-readers.ts';
import type { Problems } from '../../src/base/problems.ts';
import { LOST_CONCURRENCY } from '../lost-function.ts';
import type { QueuePlan } from '../plan.ts';
import { type Check, notToken } from './checked.ts';

/** What AWS keeps for functions without a reservation. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const MIN_UNRESERVED = 100;

/** Concurrency, pollers and batches of each queue. */
export const checkScaling: Check = ({ plan, props }, problems) => {
  whole('maxConcurrency', props.maxConcurrency, [MAPPING_MIN_CONCURRENCY, MAPPING_MAX_CONCURRENCY], problems);
  for (const queue of plan.queues) {
    const { maxConcurrency, batchSize, reservedConcurrentExecutions } = queue.props;
    const at = `queues.${queue.name}.`;
    whole(`${at}maxConcurrency`, maxConcurrency, [MAPPING_MIN_CONCURRENCY, MAPPING_MAX_CONCURRENCY], problems);
    whole(`${at}batchSize`, batchSize, [1, MAPPING_MAX_BATCH], problems);
    whole(
      `${at}reservedConcurrentExecutions`,
      reservedConcurrentExecutions,
      [1, MAPPING_MAX_POLLERS * INVOCATIONS_OF_A_POLLER],
      problems,
    );
    checkPollers(queue, at, problems);
    checkBatch(queue, problems);
    checkReserved(queue, problems);
  }
};

function checkPollers({ name, props, declared }: QueuePlan, at: string, problems: Problems): void {
  const { provisionedPollers: pollers, maxConcurrency } = props;
  if (pollers === undefined) return;
  whole(
    `${at}provisionedPollers.minimum`,
    pollers.minimum,
    [MAPPING_MIN_POLLERS, MAPPING_MAX_MINIMUM_POLLERS],
    problems,
    true,
  );
  whole(`${at}provisionedPollers.maximum`, pollers.maximum, [MAPPING_MIN_POLLERS, MAPPING_MAX_POLLERS], problems, true);
  if (pollers.minimum > pollers.maximum) {
    problems.add(
      `\`${at}provisionedPollers\` has a minimum of ${pollers.minimum}, above its maximum of ${pollers.maximum}; raise the maximum`,
    );
  }
  const concurrency = maxConcurrency ?? declared.maxConcurrency;
  if (concurrency !== undefined) {
    const whose = maxConcurrency === undefined ? "the app's" : 'its';
    problems.add(
      `queue "${name}" has \`provisionedPollers\` and ${whose} \`maxConcurrency\` of ${concurrency}, and AWS takes one of the two; bound it by \`provisionedPollers.maximum\` alone (each poller has ${INVOCATIONS_OF_A_POLLER} invocations)`,
    );
  }
}

function checkBatch({ name, batchSize, windowSeconds }: QueuePlan, problems: Problems): void {
  if (!(batchSize > MAPPING_MAX_BATCH_WITHOUT_WINDOW && batchSize <= MAPPING_MAX_BATCH) || windowSeconds >= 1) return;
  problems.add(
    `queue "${name}" has a \`batchSize\` of ${batchSize}; above ${MAPPING_MAX_BATCH_WITHOUT_WINDOW} Lambda needs a \`maxBatchingWindow\` of at least a second to collect them: set one, or at most ${MAPPING_MAX_BATCH_WITHOUT_WINDOW}`,
  );
}

function checkReserved(queue: QueuePlan, problems: Problems): void {
  const { reservedConcurrentExecutions: reserved } = queue.props;
  const atOnce = invocationsOf(queue);
  if (reserved === undefined || !(reserved < atOnce)) return;
  problems.add(
    `queue "${queue.name}" has \`reservedConcurrentExecutions\` of ${reserved}, fewer than the ${atOnce} invocations that it may be given: the others are throttled, and their messages use up receives; set at least ${atOnce}`,
  );
}

/** All queues together must leave the account some of its concurrency. */
export const checkAccount: Check = ({ plan, props }, problems) => {
  const { accountConcurrency = LAMBDA_ACCOUNT_CONCURRENCY } = props;
  if (!whole('accountConcurrency', accountConcurrency, [1, 1_000_000], problems)) return;
  const parts = plan.queues.map((queue) => ({ name: queue.name, atOnce: invocationsOf(queue) }));
  const sum = parts.reduce((all, { atOnce }) => all + atOnce, 0) + LOST_CONCURRENCY * parts.length;
  if (sum > accountConcurrency) {
    const largest = [...parts].sort((a, b) => b.atOnce - a.atOnce).slice(0, 5);
    problems.add(
      `the queues may have ${sum} invocations at the same time (${largest.map(({ name, atOnce }) => `${name} ${atOnce}`).join(', ')}${parts.length > 5 ? ', …' : ''}, ${LOST_CONCURRENCY} for each lost queue), and \`accountConcurrency\` is ${accountConcurrency}: they would throttle each other and everything else in the account; lower \`maxConcurrency\`, or set \`accountConcurrency\` if AWS has raised yours`,
    );
  }
  const reserved = plan.queues.reduce((all, queue) => all + (queue.props.reservedConcurrentExecutions ?? 0), 0);
  if (reserved > accountConcurrency - MIN_UNRESERVED) {
    problems.add(
      `\`reservedConcurrentExecutions\` of all queues together are ${reserved}, and AWS keeps ${MIN_UNRESERVED} of the account's ${accountConcurrency} free; reserve at most ${accountConcurrency - MIN_UNRESERVED}`,
    );
  }
};

/** How many invocations a queue may have at the same time. */
function invocationsOf({ maxConcurrency, provisionedPollers }: QueuePlan): number {
  return maxConcurrency ?? (provisionedPollers?.maximum ?? 0) * INVOCATIONS_OF_A_POLLER;
}

/** @returns whether the value is there and right */
function whole(
  name: string,
  value: unknown,
  [min, max]: readonly [number, number],
  problems: Problems,
  required: boolean = false,
): boolean {
  if (value === undefined && !required) return true;
  return notToken(name, value, problems) && problems.attempt(() => readWhole(min, max)(value, name)) !== undefined;
}
