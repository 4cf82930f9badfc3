import { type IMetric, type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricKey } from '../../src/ports/metrics.ts';
import type { AppResources, QueueResources } from '../resources.ts';
import { type Graph, rowsOf } from './grid.ts';
import { seconds } from './late-widgets.ts';
import { metricOf, PERIOD } from './metrics.ts';

/** What the workers do: durations, retries, failures, dead letters, concurrency; and what the table bears. */
export function workWidgets(app: AppResources): IWidget[][] {
  const queues = [...app.queues.values()];
  const count = (title: string, key: MetricKey) => counts(app, title, key);
  return [
    ...rowsOf([durations(app, 'p50'), durations(app, 'p99')], 2),
    ...rowsOf([count('Succeeded', 'succeeded'), count('Retries', 'retried')], 2),
    ...rowsOf([count('Failures', 'failed'), deadLetters(queues), count('Sent back from lost queues', 'sentBack')], 3),
    ...rowsOf(concurrency(queues), 2),
    ...rowsOf([consumed(app), throttled(app)], 2),
  ];
}

function durations(app: AppResources, statistic: 'p50' | 'p99'): Graph {
  return {
    title: `Duration of an attempt, ${statistic}`,
    unit: 'seconds',
    left: [...app.queues.keys()].map((queue, i) =>
      seconds(metricOf(app, queue, 'duration', { statistic }), queue, `${statistic}of${i}`),
    ),
  };
}

function counts(app: AppResources, title: string, key: MetricKey): Graph {
  const left = [...app.queues.keys()].map((queue) => metricOf(app, queue, key, { label: queue }));
  return { title, unit: 'in 5 minutes', left };
}

function deadLetters(queues: readonly QueueResources[]): Graph {
  return {
    title: 'Dead letters that wait',
    unit: 'messages',
    left: queues.map(({ name, dlq }) =>
      dlq.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD, label: name }),
    ),
  };
}

/** Against the cap where the mapping has one, in percent; with provisioned pollers there is none. */
function concurrency(queues: readonly QueueResources[]): readonly Graph[] {
  const capped = queues.filter(({ maxConcurrency }) => maxConcurrency !== undefined);
  const free = queues.filter(({ maxConcurrency }) => maxConcurrency === undefined);
  const ofMaximum: Graph = {
    title: 'Concurrency, of the maximum of each queue',
    unit: '%',
    leftAnnotations: [{ value: 100, label: 'maximum' }],
    left: capped.map((queue, i) => shareOf(queue, `running${i}`)),
  };
  const plain: Graph = {
    title: 'Concurrency of queues with provisioned pollers',
    unit: 'invocations',
    left: free.map(running),
  };
  return [ofMaximum, plain].filter(({ left }) => left.length > 0);
}

function shareOf(queue: QueueResources, id: string): IMetric {
  const { name, maxConcurrency } = queue;
  return new MathExpression({
    expression: `100 * ${id} / ${maxConcurrency}`,
    usingMetrics: { [id]: running(queue) },
    label: `${name} (of ${maxConcurrency})`,
    period: PERIOD,
  });
}

function running({ name, worker }: QueueResources): IMetric {
  return worker.metric('ConcurrentExecutions', { statistic: 'Maximum', period: PERIOD, label: name });
}

function consumed({ table }: AppResources): Graph {
  const each = { statistic: 'Sum', period: PERIOD };
  return {
    title: 'Table: capacity consumed',
    unit: 'units in 5 minutes',
    left: [
      table.metricConsumedWriteCapacityUnits({ ...each, label: 'written' }),
      table.metricConsumedReadCapacityUnits({ ...each, label: 'read' }),
    ],
  };
}

function throttled({ table }: AppResources): Graph {
  const each = { statistic: 'Sum', period: PERIOD };
  return {
    title: 'Table: throttled requests',
    unit: 'in 5 minutes',
    left: [
      table.metric('WriteThrottleEvents', { ...each, label: 'writes' }),
      table.metric('ReadThrottleEvents', { ...each, label: 'reads' }),
    ],
  };
}
