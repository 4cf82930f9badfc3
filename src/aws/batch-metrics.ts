import { CLOUDWATCH_MAX_DIMENSION_VALUE } from '../base/limits.ts';
import { METRIC_DIMENSIONS, type MetricKey, TASK_METRICS } from '../ports/metrics.ts';
import type { TaskEvent } from '../ports/telemetry.ts';
import { Tally } from './tally.ts';

/** Whose metrics they are, and how fine. */
export interface BatchMetricsOptions {
  /** The value of the dimension `app`. */
  readonly app: string;
  /** Measures by task as well: each task is up to six metrics more to pay for. */
  readonly byTask: boolean;
}

/**
 * Measures a batch by its events: one line of CloudWatch's embedded metric format a queue, and where asked one a task.
 *
 * Never more tasks than began here: a name that nobody knows, out of somebody's message, makes no metric.
 */
export class BatchMetrics {
  readonly #options: BatchMetricsOptions;
  readonly #queues = new Map<string, Tally>();
  readonly #tasks = new Map<string, Tally>();

  constructor(options: BatchMetricsOptions) {
    this.#options = options;
  }

  /** Measures one event. */
  count(event: TaskEvent): void {
    const measures = measuresOf(event);
    const queue = tallyOf(this.#queues, event.queue);
    for (const [key, value] of measures) queue.add(key, value);
    if (!this.#options.byTask || !('task' in event)) return;
    const task = event.kind === 'started' ? tallyOf(this.#tasks, event.task) : this.#tasks.get(event.task);
    if (!task) return;
    for (const [key, value] of measures) if (TASK_METRICS.includes(key)) task.add(key, value);
  }

  /** The lines of what was measured since the last time; then everything is zero again. */
  take(nowMs: number): readonly object[] {
    const app = { [METRIC_DIMENSIONS.app]: this.#options.app };
    const lines = [
      ...[...this.#queues].map(([queue, tally]) => tally.line({ ...app, [METRIC_DIMENSIONS.queue]: queue }, nowMs)),
      ...[...this.#tasks].map(([task, tally]) => tally.line({ ...app, [METRIC_DIMENSIONS.task]: plain(task) }, nowMs)),
    ];
    this.#queues.clear();
    this.#tasks.clear();
    return lines.filter((line) => line !== undefined);
  }
}

type Measures = readonly (readonly [MetricKey, number])[];

function measuresOf(event: TaskEvent): Measures {
  switch (event.kind) {
    case 'started':
      return [['startLatency', event.waitedMs]];
    case 'succeeded':
      return [['succeeded', 1], ...took(event)];
    case 'retrying':
      return [['retried', 1], ...took(event)];
    case 'failed':
      return [[event.expected ? 'failedAsExpected' : 'failed', 1], ...took(event)];
    case 'ignored':
    case 'replaced':
      return took(event);
    case 'revoked':
      return [[event.why, 1]];
    case 'deferred':
      return [['deferred', 1]];
    case 'sent-back':
      return [['sentBack', 1]];
    case 'dead-lettered':
    case 'unreadable':
      return [['deadLettered', 1]];
    case 'dropped':
    case 'settled-again':
      return [];
    case 'batch':
      return [
        ['records', event.records],
        ['returned', event.returned],
        ['batchDuration', event.tookMs],
      ];
  }
}

function took({ tookMs }: { readonly tookMs?: number }): Measures {
  return tookMs === undefined ? [] : [['duration', tookMs]];
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const known = tallies.get(name);
  if (known) return known;
  const made = new Tally();
  tallies.set(name, made);
  return made;
}

/** What CloudWatch takes as a dimension's value: ASCII, and not everything a task may be called. */
function plain(task: string): string {
  return task
    .slice(0, CLOUDWATCH_MAX_DIMENSION_VALUE)
    .replace(/[^\x21-\x7e]/g, '?')
    .replace(/^:/, '?');
}
