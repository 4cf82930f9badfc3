import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { PERIOD } from './metrics.ts';

/** Every alarm of a queue; also the end of its name, and its heading in docs/operations.md. */
export const QUEUE_ALARMS = [
  'dead-letters',
  'dead-letters-expire',
  'sent-back',
  'lost-unread',
  'oldest-message',
  'messages-expire',
  'start-latency',
  'worker-errors',
  'worker-timeouts',
  'worker-throttles',
  'stuck',
  'in-flight',
  'failure-ratio',
] as const;

/** Every alarm that an app has once. */
export const APP_ALARMS = ['table-throttles', 'lost-errors'] as const;

/** What an alarm is called. */
export type AlarmName = (typeof QUEUE_ALARMS)[number] | (typeof APP_ALARMS)[number];

/**
 * One alarm to be: it goes off when the metric is at its threshold or above.
 *
 * Missing data is never a breach: all of these metrics are silent where nothing happens. What is silent since nothing is
 * received is told by `stuck`.
 */
export interface AlarmSpec {
  readonly name: AlarmName;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods that are looked at. @default 1 */
  readonly of?: number;
  /** Periods of those that must be at the threshold. @default all */
  readonly periods?: number;
  /** What it means, in one or two sentences. */
  readonly means: string;
  /** What to do first. */
  readonly first: string;
}

/** A quarter of an hour, for what is rare. */
export const QUARTER: Duration = Duration.minutes(15);

/** Periods that make up at least `time`. */
export function periodsOf(time: Duration, period: Duration = PERIOD): number {
  return Math.ceil(time.toSeconds() / period.toSeconds());
}

/** Periods to look back for what Lambda dates to an invocation's begin, and tells only at its end. */
export function lookBack(timeout: Duration, period: Duration): number {
  return 1 + periodsOf(timeout, period);
}
