import { Duration } from 'aws-cdk-lib';
import { MAX_RECEIVE_COUNT } from '../../src/base/limits.ts';
import type { AppResources, QueueResources } from '../resources.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { metricOf, PERIOD } from './metrics.ts';
import type { Thresholds } from './thresholds.ts';

/** A quarter of an hour, in periods. */
const THREE = 3;

/** Alarms on what lies where: on the queue, on its lost queue, on its dead-letter queue. */
export function depthAlarms(app: AppResources, queue: QueueResources, thresholds: Thresholds): readonly AlarmSpec[] {
  return [
    ...deadLetters(queue, thresholds),
    ...lost(app, queue, thresholds),
    ...ages(queue, thresholds),
    ...inFlight(queue, thresholds),
  ];
}

function* deadLetters({ name, dlq }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  if (of.deadLetters !== false) {
    yield {
      name: 'dead-letters',
      metric: dlq.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: of.deadLetters,
      means: `Tasks of the queue ${name} have failed for good and wait on its dead-letter queue.`,
      first: `Read why with \`celeriac dlq list --queue ${name}\`; mend the cause, then redrive.`,
    };
  }
  if (of.deadLettersExpire !== false) {
    yield {
      name: 'dead-letters-expire',
      metric: dlq.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: PERIOD }),
      threshold: of.deadLettersExpire.toSeconds(),
      means: `The oldest dead letter of the queue ${name} is past half of its retention: SQS deletes it after 14 days.`,
      first: 'Redrive the dead letters or purge them; nothing else keeps them.',
    };
  }
}

function* lost(app: AppResources, { name, lost }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  if (of.sentBack !== false) {
    yield {
      name: 'sent-back',
      metric: metricOf(app, name, 'sentBack'),
      threshold: of.sentBack,
      means: `Messages of the queue ${name} were received ${MAX_RECEIVE_COUNT} times without reaching the app's code; they come back in 15 minutes, for 4 days.`,
      first: 'Look at the worker: does it load, is it throttled? If it began with a deployment, roll back.',
    };
  }
  if (of.lostUnread !== false) {
    yield {
      name: 'lost-unread',
      metric: lost.metricApproximateNumberOfMessagesVisible({ statistic: 'Minimum', period: PERIOD }),
      threshold: of.lostUnread,
      of: THREE,
      means: `Messages lie on the lost queue of ${name} and the lost function does not take them.`,
      first: 'Look whether the lost function fails, is throttled, or its event source mapping is disabled.',
    };
  }
}

function* ages({ name, queue }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  const metric = queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: PERIOD });
  if (of.oldestMessage !== false) {
    yield {
      name: 'oldest-message',
      metric,
      threshold: of.oldestMessage.toSeconds(),
      of: THREE,
      means: `The oldest message of the queue ${name} waits longer than it should.`,
      first: 'Compare depth and drain time on the dashboard: more concurrency, or fewer or shorter tasks?',
    };
  }
  if (of.messagesExpire !== false) {
    yield {
      name: 'messages-expire',
      metric,
      threshold: of.messagesExpire.toSeconds(),
      means: `The oldest message of the queue ${name} is past half of its retention: SQS deletes it after 14 days, and the task never runs.`,
      first: 'Is the queue paused, its mapping disabled? Resume it, or move the messages elsewhere.',
    };
  }
}

function* inFlight({ name, queue }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  if (of.inFlight === false) return;
  yield {
    name: 'in-flight',
    metric: queue.metricApproximateNumberOfMessagesNotVisible({ statistic: 'Maximum', period: PERIOD }),
    threshold: of.inFlight,
    means: `The queue ${name} nears SQS's limit of 120,000 messages in flight; at it nothing is received any more, without an error. Waiting retries are in flight as well.`,
    first: 'Look what is retried in such numbers; pause what sends it.',
  };
}
