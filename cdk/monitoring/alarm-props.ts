import type { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** When a queue's alarms go off; `false` leaves an alarm out. */
export interface QueueAlarmProps {
  /**
   * Messages on the dead-letter queue.
   *
   * @default 1: each is a task that will not run unless somebody moves it back
   */
  readonly deadLetters?: number | false;
  /**
   * Age of the oldest dead letter, after which SQS will soon delete it.
   *
   * @default 7 days, half of the 14 for which it is kept: a week is left
   */
  readonly deadLettersExpire?: Duration | false;
  /**
   * Messages sent back through the lost queue within five minutes.
   *
   * @default 1: each was received twenty times and never reached the app's code
   */
  readonly sentBack?: number | false;
  /**
   * Messages that lay on the lost queue all of a quarter of an hour.
   *
   * @default 1: the lost function takes one within seconds
   */
  readonly lostUnread?: number | false;
  /**
   * Age of the queue's oldest message, over a quarter of an hour.
   *
   * The age counts from the sending: a delay and the wait for a retry are in it. A message that was received three times is not.
   *
   * @default 30 minutes: twice the longest wait that is no delay of ours (900 seconds)
   */
  readonly oldestMessage?: Duration | false;
  /**
   * Age of the queue's oldest message, after which SQS will soon delete it.
   *
   * @default 7 days, half of the 14 for which it is kept: a week is left
   */
  readonly messagesExpire?: Duration | false;
  /**
   * Time from when a task was due until it began, the 99th percentile, over a quarter of an hour.
   *
   * @default 5 minutes: a mapping starts at five invocations and takes some minutes to its maximum
   */
  readonly startLatency?: Duration | false;
  /**
   * Invocations of the worker that failed as a whole within a quarter of an hour: it crashed, ran out of memory or time, or
   * did not load.
   *
   * @default 4: a task that kills its worker does so three times and then is a dead letter, which has an alarm of its own
   */
  readonly workerErrors?: number | false;
  /**
   * Stretches of five minutes of the last hour in which an invocation of the worker ran into its timeout.
   *
   * @default 4: a task that never ends does so three times and then is a dead letter
   */
  readonly workerTimeouts?: number | false;
  /**
   * Throttled invocations within five minutes, three times in a row.
   *
   * @default 1: the mapping's maximum concurrency does not throttle, so the account's has been reached
   */
  readonly workerThrottles?: number | false;
  /**
   * How long messages lie visible while none is received.
   *
   * @default the worker's timeout and ten minutes: with every invocation at work on a long task nothing is received for that long
   */
  readonly stuck?: Duration | false;
  /**
   * Messages in flight.
   *
   * @default 96,000: 80 % of SQS's 120,000, at which polls return nothing
   */
  readonly inFlight?: number | false;
  /**
   * Percent of the tasks that ended within a quarter of an hour and failed; those of `throws` do not count.
   *
   * @default 10: fewer are told by their dead letters, one by one
   */
  readonly failureRatio?: number | false;
  /**
   * Tasks that must have ended in that quarter of an hour: of three, one is a third.
   *
   * @default 20
   */
  readonly failureRatioOf?: number;
}

/**
 * An app's alarms: what goes off when, and where to. Every threshold is for every queue, unless `queues` says otherwise.
 *
 * A month costs $1.50 a queue and $0.30 an app ($0.10 for every metric that an alarm looks at); ten metrics are free.
 *
 * @see docs/operations.md
 */
export interface AlarmProps extends QueueAlarmProps {
  /**
   * Told of each alarm.
   *
   * @default none; with no `actions` either the alarms only show
   */
  readonly topic?: ITopic;
  /**
   * Taken when an alarm goes off, besides `topic`.
   *
   * @default none
   */
  readonly actions?: readonly IAlarmAction[];
  /**
   * Also tells `topic` and `actions` when an alarm is over.
   *
   * @default true: otherwise nobody knows whether to get up
   */
  readonly tellWhenOver?: boolean;
  /**
   * Thresholds of single queues, by their names in the app.
   *
   * @default none
   */
  readonly queues?: Readonly<Record<string, QueueAlarmProps>>;
  /**
   * Throttled requests to the table within five minutes, three times in a row.
   *
   * @default 10: short throttling is ridden out by repeated requests; a table that grows to a new load throttles for a minute or two
   */
  readonly tableThrottles?: number | false;
  /**
   * Invocations of the lost function that failed within a quarter of an hour.
   *
   * @default 3: a message that it cannot take comes every two minutes
   */
  readonly lostErrors?: number | false;
}
