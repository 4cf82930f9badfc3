import { Duration } from 'aws-cdk-lib';
import { ConfigurationError } from '../../src/base/errors.ts';
import { MAX_STARTS, SQS_MAX_IN_FLIGHT, SQS_RETENTION_SECONDS } from '../../src/base/limits.ts';
import { Problems, shown } from '../../src/base/problems.ts';
import type { QueueResources } from '../resources.ts';
import type { AlarmProps, QueueAlarmProps } from './alarm-props.ts';

/** What a queue's alarms are made of: a number, a duration, or `false` for no alarm. */
export type Thresholds = Required<QueueAlarmProps>;

const IN_FLIGHT_SHARE = 0.8;
const HALF_OF_RETENTION = Duration.seconds(SQS_RETENTION_SECONDS / 2);

const DEFAULTS: Omit<Thresholds, 'stuck'> = {
  deadLetters: 1,
  deadLettersExpire: HALF_OF_RETENTION,
  sentBack: 1,
  lostUnread: 1,
  oldestMessage: Duration.minutes(30),
  messagesExpire: HALF_OF_RETENTION,
  startLatency: Duration.minutes(5),
  workerErrors: MAX_STARTS + 1,
  workerTimeouts: MAX_STARTS + 1,
  workerThrottles: 1,
  inFlight: IN_FLIGHT_SHARE * SQS_MAX_IN_FLIGHT,
  failureRatio: 10,
  failureRatioOf: 20,
};

/** What holds for one queue: its own thresholds, else the app's, else the defaults. */
export function thresholdsOf({ name, timeout }: QueueResources, { queues, ...props }: AlarmProps): Thresholds {
  return { ...DEFAULTS, stuck: timeout.plus(Duration.minutes(10)), ...props, ...queues?.[name] };
}

/**
 * Checks every threshold that was given.
 *
 * @throws {ConfigurationError} a threshold is out of range, or is for a queue that the app has not
 */
export function checkThresholds(props: AlarmProps, queues: readonly string[]): void {
  const problems = new Problems();
  problems.unknownNames(props.queues ?? {}, queues, 'queue');
  check(props, '', problems);
  for (const [queue, own] of Object.entries(props.queues ?? {})) check(own, `queues.${queue}.`, problems);
  problems.throwIfAny('the alarms', (text) => new ConfigurationError(text));
}

function check(props: object, at: string, problems: Problems): void {
  for (const [name, value] of Object.entries(props)) {
    const range = RANGES[name];
    if (range === undefined || value === undefined || value === false) continue;
    const number = value instanceof Duration ? value.toSeconds() : value;
    if (typeof number === 'number' && number >= range[0] && number <= range[1]) continue;
    const got = value instanceof Duration ? value.toHumanString() : shown(value);
    problems.add(`\`${at}${name}\` must be ${allowed(range)}, got ${got}; use false for no such alarm`);
  }
}

type Range = readonly [least: number, most: number, unit?: 'seconds'];

function allowed([least, most, unit]: Range): string {
  const text = (value: number) => (unit ? Duration.seconds(value).toHumanString() : value.toLocaleString('en-US'));
  return most === Number.POSITIVE_INFINITY ? `${text(least)} or more` : `${text(least)} to ${text(most)}`;
}

const ANY: Range = [1, Number.POSITIVE_INFINITY];
const AGE: Range = [60, SQS_RETENTION_SECONDS, 'seconds'];
/** An alarm looks back a day at most. */
const DAY: Range = [300, 86_400, 'seconds'];

const RANGES: Readonly<Record<string, Range>> = {
  deadLetters: ANY,
  deadLettersExpire: AGE,
  sentBack: ANY,
  lostUnread: ANY,
  oldestMessage: AGE,
  messagesExpire: AGE,
  startLatency: [1, SQS_RETENTION_SECONDS, 'seconds'],
  workerErrors: ANY,
  workerTimeouts: [1, 12],
  workerThrottles: ANY,
  stuck: DAY,
  inFlight: [1, SQS_MAX_IN_FLIGHT],
  failureRatio: [1, 100],
  failureRatioOf: ANY,
  tableThrottles: ANY,
  lostErrors: ANY,
};
