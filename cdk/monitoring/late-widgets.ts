import { type IMetric, type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AppResources, QueueResources } from '../resources.ts';
import { type Graph, rowsOf } from './grid.ts';
import { metricOf, PERIOD } from './metrics.ts';

const MOST_IN_A_ROW = 3;

/** How late the app is: depth and latency of each queue as a grid, then the time until each is empty. */
export function lateWidgets(app: AppResources): IWidget[][] {
  const grid = [...app.queues.values()].map((queue) => depthAndLatency(app, queue));
  return [...rowsOf(grid, MOST_IN_A_ROW), ...rowsOf([drainTime(app)], 1)];
}

/** A deep queue with a low latency works off a burst; a shallow one with a high latency is stuck or waits on purpose. */
function depthAndLatency(app: AppResources, { name, queue }: QueueResources): Graph {
  const each = { period: PERIOD, statistic: 'Maximum' };
  return {
    title: `${name}: depth and start latency`,
    unit: 'messages',
    left: [
      queue.metricApproximateNumberOfMessagesVisible({ ...each, label: 'visible' }),
      queue.metricApproximateNumberOfMessagesNotVisible({ ...each, label: 'in flight' }),
      queue.metricApproximateNumberOfMessagesDelayed({ ...each, label: 'delayed' }),
    ],
    rightUnit: 'seconds',
    right: [
      seconds(metricOf(app, name, 'startLatency', { statistic: 'p50' }), 'start latency p50', 'p50'),
      seconds(metricOf(app, name, 'startLatency', { statistic: 'p99' }), 'start latency p99', 'p99'),
    ],
  };
}

/** Milliseconds, as a person reads them. */
export function seconds(metric: IMetric, label: string, id: string): MathExpression {
  return new MathExpression({ expression: `${id} / 1000`, usingMetrics: { [id]: metric }, label, period: PERIOD });
}

/**
 * Depth ÷ net rate. A queue that grows, or stands still, has no line: it does not become empty.
 *
 * A message sent anew (a far eta, a long wait) is both sent and deleted, so it does not change the net rate.
 */
function drainTime(app: AppResources): Graph {
  return {
    title: 'Time until a queue is empty at its net rate (no line: it does not shrink)',
    unit: 'minutes',
    left: [...app.queues.values()].map(drainTimeOf),
  };
}

function drainTimeOf({ name, queue }: QueueResources, i: number): MathExpression {
  const sum = { period: PERIOD, statistic: 'Sum' };
  const mean = { period: PERIOD, statistic: 'Average' };
  const [visible, flying, deleted, sent] = [`visible${i}`, `flying${i}`, `deleted${i}`, `sent${i}`];
  const [depth, net] = [`(${visible} + ${flying})`, `(${deleted} - ${sent})`];
  return new MathExpression({
    expression: `IF(${net} > 0, ${depth} / (${net} / PERIOD(${deleted})) / 60)`,
    usingMetrics: {
      [visible]: queue.metricApproximateNumberOfMessagesVisible(mean),
      [flying]: queue.metricApproximateNumberOfMessagesNotVisible(mean),
      [deleted]: queue.metricNumberOfMessagesDeleted(sum),
      [sent]: queue.metricNumberOfMessagesSent(sum),
    },
    label: name,
    period: PERIOD,
  });
}
