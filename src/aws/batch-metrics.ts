import type { TaskEvent } from '../ports/telemetry.ts';

const NAMESPACE = 'Celeriac';

/**
 * Counts a batch's events a queue, as lines in CloudWatch's embedded metric format: namespace `Celeriac`, dimension `queue`.
 *
 * Not a task: every pair of queue and task would be a metric of its own to pay for.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class BatchMetrics {
  readonly #queues: Map<string, Map<string, number>> = new Map();

  count(event: TaskEvent): void {
    if (event.kind !== 'batch') {
      this.#add(event.queue, event.kind, 1);
    } else {
      this.#add(event.queue, 'records', event.records);
      this.#add(event.queue, 'returned', event.returned);
      this.#add(event.queue, 'tookMs', event.tookMs);
    }
  }

  /** One line for each queue, and everything is zero again. */
  take(nowMs: number): readonly object[] {
    const lines = [...this.#queues].map(([queue, counts]) => metricLine(queue, counts, nowMs));
    this.#queues.clear();
    return lines;
  }

  #add(queue: string, metric: string, by: number): void {
    const counts = this.#queues.get(queue) ?? new Map<string, number>();
    counts.set(metric, (counts.get(metric) ?? 0) + by);
    this.#queues.set(queue, counts);
  }
}

function metricLine(queue: string, counts: ReadonlyMap<string, number>, nowMs: number): object {
  const metrics = [...counts.keys()].map((Name) => ({ Name, Unit: Name === 'tookMs' ? 'Milliseconds' : 'Count' }));
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [['queue']], Metrics: metrics }],
    },
    queue,
    ...Object.fromEntries(counts),
  };
}
