import { PRICES } from '../../../cdk/monitoring/prices.ts';

/** The arithmetic of docs/costs.md: everything for a million tasks, or for a month. */

const MILLION = 1_000_000;
/** Of 30 days. */
export const MONTH_SECONDS: number = 30 * 86_400;
/** The construct's own. */
export const MEMORY_GB: number = 512 / 1_024;
/** What an example's task takes. */
export const TASK_SECONDS = 0.05;
/** START, END and REPORT, as Lambda writes them. */
export const PLATFORM_BYTES_OF_AN_INVOCATION = 250;
/** What CloudWatch Logs adds to every line. @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const BYTES_OF_A_LINE = 26;

/** What one task of a kind needs. */
export interface Kind {
  readonly name: string;
  /** Times that it runs. */
  readonly runs: number;
  /** Each of one unit: items of up to 1 KB. */
  readonly writes: number;
  /** Units of 4 KB. */
  readonly reads?: number;
}

/** Dollars for a million tasks, by what they are for. */
export interface Costs {
  readonly sqs: number;
  readonly requests: number;
  readonly time: number;
  readonly table: number;
  readonly logs: number;
}

/**
 * @param batch  tasks that share a request to SQS and an invocation; those of an invocation run side by side, so they share its time
 * @param logBytes  of one invocation's lines
 */
export function costsOf(kind: Kind, batch: number, logBytes: number): Costs {
  const invocations = (MILLION * kind.runs) / batch;
  return {
    sqs: (MILLION * requestsOf(kind) * PRICES.sqsRequest) / batch,
    requests: invocations * PRICES.lambdaRequest,
    time: invocations * TASK_SECONDS * MEMORY_GB * PRICES.lambdaGbSecondArm,
    table: MILLION * (kind.writes * PRICES.dynamoWrite + (kind.reads ?? 0) * PRICES.dynamoRead),
    logs: (invocations * logBytes * PRICES.logsGb) / 1e9,
  };
}

/** One to send, one to delete, one to receive each time; after each but the last time one that hides it until its retry. */
export function requestsOf({ runs }: Kind): number {
  return 1 + 1 + runs + (runs - 1);
}

export function totalOf(costs: Costs): number {
  return Object.values(costs).reduce((sum, cost: number) => sum + cost, 0);
}

/** What a queue costs that nothing arrives at. */
export function idleQueue(alarmMetrics: number) {
  return { polls: 2 * pollsOf(5) * PRICES.sqsRequest, alarms: alarmMetrics * PRICES.alarmMetricMonth };
}

/** Empty receives of a month: so many pollers, each of which waits 20 seconds. */
export function pollsOf(pollers: number): number {
  return (pollers * MONTH_SECONDS) / 20;
}

/** Reads of a month by an environment that works all the time: it looks every five seconds what was revoked or paused. */
export function looksOfAMonth(): number {
  return MONTH_SECONDS / 5;
}

export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** Lambda's time for a million tasks, in dollars. */
export function timeOf(memoryMb: number, seconds: number, sideBySide: number): number {
  return ((MILLION * seconds * (memoryMb / 1_024)) / sideBySide) * PRICES.lambdaGbSecondArm;
}
