/** What the worker measures, and under which names CloudWatch has it. Written by `src`, read by `cdk`. */

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
export const METRICS_NAMESPACE = 'Celeriac';

/**
 * What tells one metric from another of the same name. By queue: `app` and `queue`. By task, where asked: `app` and `task`.
 *
 * `app` is what stands before the queues' names (the construct's `prefix`), so that two apps of an account stay apart, and
 * two deployments of one app.
 */
export const METRIC_DIMENSIONS = { app: 'app', queue: 'queue', task: 'task' } as const;

/**
 * Every metric, its name and its unit.
 *
 * Only what happened is written: a metric without data in a period is a zero. A count is a sum a batch, a time one value a
 * task. `Milliseconds` metrics have percentiles.
 */
export const METRICS = {
  /** Messages that batches brought. */
  records: { name: 'Records', unit: 'Count' },
  /** Messages that went back to the queue: to wait, to be retried, or since they could not be handled. */
  returned: { name: 'Returned', unit: 'Count' },
  succeeded: { name: 'Succeeded', unit: 'Count' },
  /** Attempts that failed and will be made again. */
  retried: { name: 'Retried', unit: 'Count' },
  /** Tasks that failed for good and were not expected to. */
  failed: { name: 'Failed', unit: 'Count' },
  /** Tasks that failed for good with an error of their `throws`, and chords for the sake of their members. */
  failedAsExpected: { name: 'FailedAsExpected', unit: 'Count' },
  /** From when a task was due (sent, or its eta, or its retry's time) to the first line of its body. */
  startLatency: { name: 'StartLatency', unit: 'Milliseconds' },
  /** Of an attempt, whatever came of it. */
  duration: { name: 'Duration', unit: 'Milliseconds' },
  /** Messages that SQS gave up on and the lost function sent back to their queue. */
  sentBack: { name: 'SentBack', unit: 'Count' },
  /** Messages that the worker put on the dead-letter queue. */
  deadLettered: { name: 'DeadLettered', unit: 'Count' },
  /** Tasks whose `expires` had passed before they began. */
  expired: { name: 'Expired', unit: 'Count' },
  /** Tasks that were revoked before they began. */
  revoked: { name: 'Revoked', unit: 'Count' },
  /** Messages that came before they could run: their eta, another delivery that has the task, too little time left. */
  deferred: { name: 'Deferred', unit: 'Count' },
  /** From a batch's first step to its answer. */
  batchDuration: { name: 'BatchDuration', unit: 'Milliseconds' },
} as const;

/** One of `METRICS`. */
export type MetricKey = keyof typeof METRICS;

/** What is measured by task as well, where asked: each of these is one more metric to pay for, for every task. */
export const TASK_METRICS: readonly MetricKey[] = [
  'succeeded',
  'retried',
  'failed',
  'failedAsExpected',
  'startLatency',
  'duration',
];

/** The `app` of queues without a prefix: CloudWatch takes no empty value. */
const NO_PREFIX = 'celeriac';

/** The value of the dimension `app`. @param queuePrefix  what stands before the queues' names, or before them in their URLs */
export function appDimension(queuePrefix: string): string {
  return queuePrefix.slice(queuePrefix.lastIndexOf('/') + 1).replace(/-$/, '') || NO_PREFIX;
}
