import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AppResources, QueueResources } from '../resources.ts';
import { type AlarmSpec, lookBack, periodsOf, QUARTER } from './alarm-spec.ts';
import { metricOf, PERIOD } from './metrics.ts';
import type { Thresholds } from './thresholds.ts';

/** A quarter of an hour, in periods. */
const THREE = 3;
/** An invocation that comes this near to its timeout was killed, or was about to be. */
const NEAR_TIMEOUT_MS = 1_000;

/** Alarms on how a queue's worker does its work. */
export function workerAlarms(app: AppResources, queue: QueueResources, thresholds: Thresholds): readonly AlarmSpec[] {
  return [
    ...late(app, queue, thresholds),
    ...broken(queue, thresholds),
    ...idle(queue, thresholds),
    ...failing(app, queue, thresholds),
  ];
}

function* late(app: AppResources, { name }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  if (of.startLatency === false) return;
  yield {
    name: 'start-latency',
    metric: metricOf(app, name, 'startLatency'),
    threshold: of.startLatency.toMilliseconds(),
    of: THREE,
    means: `Tasks of the queue ${name} begin late: this long after they were due, at the 99th percentile.`,
    first: 'Compare depth and drain time on the dashboard: more concurrency, or fewer or shorter tasks?',
  };
}

function* broken({ name, worker, timeout }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  if (of.workerErrors !== false) {
    yield {
      name: 'worker-errors',
      metric: worker.metricErrors({ statistic: 'Sum', period: QUARTER }),
      threshold: of.workerErrors,
      of: lookBack(timeout, QUARTER),
      periods: 1,
      means: `Invocations of the worker of ${name} fail as a whole: it crashes, runs out of memory or time, or does not load. A task that fails does not count here.`,
      first: "Read the end of the worker's log. If it began with a deployment, roll back: no task is lost meanwhile.",
    };
  }
  if (of.workerTimeouts !== false) {
    yield {
      name: 'worker-timeouts',
      metric: worker.metricDuration({ statistic: 'Maximum', period: PERIOD }),
      threshold: timeout.toMilliseconds() - NEAR_TIMEOUT_MS,
      of: Math.max(periodsOf(Duration.hours(1)), lookBack(timeout, PERIOD)),
      periods: of.workerTimeouts,
      means: `Invocations of the worker of ${name} run into its timeout of ${timeout.toHumanString()} and are killed, with all that they had under way.`,
      first:
        'Find the task that began and did not end in the log; give it a timeLimit, or the worker a longer timeout.',
    };
  }
  if (of.workerThrottles !== false) {
    yield {
      name: 'worker-throttles',
      metric: worker.metricThrottles({ statistic: 'Sum', period: PERIOD }),
      threshold: of.workerThrottles,
      of: THREE,
      means: `Lambda refuses invocations of the worker of ${name}: the account's concurrency is used up. Throttled messages use up their receives.`,
      first: "See which function takes the account's concurrency; lower maximum concurrencies, or ask AWS for more.",
    };
  }
}

/**
 * Of two metrics: what is visible all of a period while nothing is received. Written without FILL: in a difference a missing
 * value counts as 0, also of a metric that has no data at all.
 */
function* idle({ name, queue }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  if (of.stuck === false) return;
  const period = PERIOD;
  yield {
    name: 'stuck',
    metric: new MathExpression({
      expression: 'IF(visible - 1000000 * received > 0, 1, 0)',
      usingMetrics: {
        visible: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Minimum', period }),
        received: queue.metricNumberOfMessagesReceived({ statistic: 'Sum', period }),
      },
      label: 'messages wait, none is received',
      period,
    }),
    threshold: 1,
    of: periodsOf(of.stuck),
    means: `Messages wait on the queue ${name} and none is received: it is paused, its event source mapping is disabled or broken, or 120,000 messages are in flight.`,
    first: 'Paused on purpose? Otherwise look at the state of the mapping, then run `celeriac doctor`.',
  };
}

function* failing(app: AppResources, { name }: QueueResources, of: Thresholds): Generator<AlarmSpec> {
  if (of.failureRatio === false) return;
  const period = QUARTER;
  yield {
    name: 'failure-ratio',
    metric: new MathExpression({
      expression: `IF(failed + succeeded >= ${of.failureRatioOf}, 100 * failed / (failed + succeeded), 0)`,
      usingMetrics: {
        failed: metricOf(app, name, 'failed', { period }),
        succeeded: metricOf(app, name, 'succeeded', { period }),
      },
      label: 'failed tasks (%)',
      period,
    }),
    threshold: of.failureRatio,
    means: `Many of the tasks of the queue ${name} fail for good; they become dead letters.`,
    first: `Read the errors with \`celeriac dlq list --queue ${name}\`: one cause, or one task? Pause the queue if each failure does harm.`,
  };
}
