import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_DIMENSIONS, METRICS, METRICS_NAMESPACE, type MetricKey } from '../../src/ports/metrics.ts';
import type { AppResources } from '../resources.ts';

/** The period of alarms and graphs: shorter ones show noise, longer ones come late. */
export const PERIOD: Duration = Duration.minutes(5);

/** Which metrics are meant: an app's, by its queues' prefix. */
export type MeasuredApp = Pick<AppResources, 'prefix'>;

/**
 * A metric that the worker writes, for one queue.
 *
 * A count is summed up, a time is its 99th percentile, over five minutes, unless `options` say otherwise.
 *
 * @param queue  as the app calls it
 */
export function metricOf(app: MeasuredApp, queue: string, key: MetricKey, options: MetricOptions = {}): Metric {
  return metric(key, { [METRIC_DIMENSIONS.app]: app.prefix, [METRIC_DIMENSIONS.queue]: queue }, options);
}

/** A metric that the worker writes for one task, where it was asked to. */
export function taskMetricOf(app: MeasuredApp, task: string, key: MetricKey, options: MetricOptions = {}): Metric {
  return metric(key, { [METRIC_DIMENSIONS.app]: app.prefix, [METRIC_DIMENSIONS.task]: task }, options);
}

function metric(key: MetricKey, dimensionsMap: Record<string, string>, options: MetricOptions): Metric {
  const { name, unit } = METRICS[key];
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: name,
    dimensionsMap,
    period: PERIOD,
    statistic: unit === 'Count' ? 'Sum' : 'p99',
    unit: UNITS[unit],
    ...options,
  });
}

const UNITS: Readonly<Record<(typeof METRICS)[MetricKey]['unit'], Unit>> = {
  Count: Unit.COUNT,
  Milliseconds: Unit.MILLISECONDS,
};
