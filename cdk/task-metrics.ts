import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricKey } from '../src/ports/metrics.ts';
import { metricOf } from './monitoring/metrics.ts';
import type { QueueResources } from './resources.ts';

/**
 * What can be seen of an app's queues and tasks, for alarms and graphs of your own.
 *
 * Over five minutes unless the options say otherwise: counts as sums, times as their 99th percentile, depths and ages as their
 * maximum. Every method throws `ConfigurationError` where there is no such queue.
 */
export abstract class TaskMetrics extends Construct {
  abstract readonly prefix: string;

  /** What was made for a queue. */
  protected abstract resources(queue: string): QueueResources;

  /** Tasks that succeeded. */
  metricSucceeded(queue: string, options?: MetricOptions): Metric {
    return this.#written(queue, 'succeeded', options);
  }

  /** Tasks that failed for good and were not expected to. */
  metricFailed(queue: string, options?: MetricOptions): Metric {
    return this.#written(queue, 'failed', options);
  }

  /** Attempts that failed and will be made again. */
  metricRetried(queue: string, options?: MetricOptions): Metric {
    return this.#written(queue, 'retried', options);
  }

  /** Milliseconds from when a task was due to the first line of its body. */
  metricStartLatency(queue: string, options?: MetricOptions): Metric {
    return this.#written(queue, 'startLatency', options);
  }

  /** Milliseconds of an attempt. */
  metricDuration(queue: string, options?: MetricOptions): Metric {
    return this.#written(queue, 'duration', options);
  }

  /** Messages that SQS gave up on and that were sent back to their queue. */
  metricSentBack(queue: string, options?: MetricOptions): Metric {
    return this.#written(queue, 'sentBack', options);
  }

  /** Messages that wait to be received. */
  metricWaiting(queue: string, options?: MetricOptions): Metric {
    return this.resources(queue).queue.metricApproximateNumberOfMessagesVisible(options);
  }

  /** Messages that are running, or hidden until a retry. */
  metricInFlight(queue: string, options?: MetricOptions): Metric {
    return this.resources(queue).queue.metricApproximateNumberOfMessagesNotVisible(options);
  }

  /** Seconds since the oldest message was sent. One that was received three times is not counted. */
  metricOldestMessage(queue: string, options?: MetricOptions): Metric {
    return this.resources(queue).queue.metricApproximateAgeOfOldestMessage(options);
  }

  /** Messages on the dead-letter queue. */
  metricDeadLetters(queue: string, options?: MetricOptions): Metric {
    return this.resources(queue).dlq.metricApproximateNumberOfMessagesVisible(options);
  }

  #written(queue: string, key: MetricKey, options?: MetricOptions): Metric {
    return metricOf(this, this.resources(queue).name, key, options);
  }
}
