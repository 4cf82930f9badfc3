import { EMF_MAX_VALUES } from '../base/limits.ts';
import { METRICS, METRICS_NAMESPACE, type MetricKey } from '../ports/metrics.ts';

/** What was measured of one queue, or of one task, since the last line. */
export class Tally {
  readonly #counts = new Map<MetricKey, number>();
  readonly #times = new Map<MetricKey, number[]>();

  /** Adds to a count, or notes one time in milliseconds. Zero is no count. */
  add(key: MetricKey, value: number): void {
    if (METRICS[key].unit === 'Count') {
      if (value > 0) this.#counts.set(key, (this.#counts.get(key) ?? 0) + value);
      return;
    }
    const times = this.#times.get(key);
    if (times) times.push(value);
    else this.#times.set(key, [value]);
  }

  /**
   * Everything as one line of the embedded metric format; nothing if nothing was measured.
   *
   * @param dimensions  in their order
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
   */
  line(dimensions: Readonly<Record<string, string>>, nowMs: number): object | undefined {
    const values = new Map<MetricKey, number | readonly number[]>(this.#counts);
    for (const [key, times] of this.#times) values.set(key, times.length === 1 ? (times[0] as number) : sample(times));
    if (values.size === 0) return undefined;
    const Metrics = [...values.keys()].map((key) => ({ Name: METRICS[key].name, Unit: METRICS[key].unit }));
    const Dimensions = [Object.keys(dimensions)];
    return {
      _aws: { Timestamp: nowMs, CloudWatchMetrics: [{ Namespace: METRICS_NAMESPACE, Dimensions, Metrics }] },
      ...dimensions,
      ...Object.fromEntries([...values].map(([key, value]) => [METRICS[key].name, value])),
    };
  }
}

/**
 * As many values as a line may have, evenly from the sorted ones, the least and the greatest among them: percentiles stay
 * right to one hundredth. A batch of ten has all of its own.
 */
function sample(times: readonly number[]): readonly number[] {
  if (times.length <= EMF_MAX_VALUES) return times;
  const sorted = [...times].sort((a, b) => a - b);
  const step = (sorted.length - 1) / (EMF_MAX_VALUES - 1);
  return Array.from({ length: EMF_MAX_VALUES }, (_, i) => sorted[Math.round(i * step)] as number);
}
