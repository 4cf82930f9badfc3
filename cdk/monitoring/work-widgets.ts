import { type IMetric, type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricKey } from '../../src/ports/metrics.ts';
import type { AppResources, QueueResources } from '../resources.ts';
import { type Graph, overQueues, rowsOf } from './grid.ts';
import { seconds } from './late-widgets.ts';
import { metricOf, PERIOD } from './metrics.ts';

/** What the workers do: durations, retries, failures, dead letters, concurrency; and what the table bears. */
export function workWidgets(app: AppResources): IWidget[][] {
  const ofTable = [consumed(app), throttled(app)];
  return [
    ...rowsOf([...durations(app, 'p50'), ...durations(app, 'p99')], 2),
    ...rowsOf([...counts(app, 'Succeeded', 'succeeded'), ...counts(app, 'Retries', 'retried')], 2),
    ...rowsOf(
      [
        ...counts(app, 'Failures', 'failed'),
        ...deadLetters(app),
        ...counts(app, 'Sent back from lost queues', 'sentBack'),
      ],
      3,
    ),
    ...rowsOf(concurrency(app), 2),
    ...rowsOf(ofTable, 2),
  ];
}

function durations(app: AppResources, statistic: 'p50' | 'p99'): readonly Graph[] {
  return overQueues([...app.queues.values()], 2, {
    title: `Duration of an attempt, ${statistic}`,
    unit: 'seconds',
    lines: ({ name }, i) => [seconds(metricOf(app, name, 'duration', { statistic }), name, `${statistic}of${i}`)],
  });
}

function counts(app: AppResources, title: string, key: MetricKey): readonly Graph[] {
  return overQueues([...app.queues.values()], 1, {
    title,
    unit: 'in 5 minutes',
    lines: ({ name }) => [metricOf(app, name, key, { label: name })],
  });
}

function deadLetters(app: AppResources): readonly Graph[] {
  return overQueues([...app.queues.values()], 1, {
    title: 'Dead letters that wait',
    unit: 'messages',
    lines: ({ name, dlq }) => [
      dlq.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD, label: name }),
    ],
  });
}

/** Against the cap where the mapping has one, in percent; with provisioned pollers there is none. */
function concurrency(app: AppResources): readonly Graph[] {
  const all = [...app.queues.values()];
  const capped = overQueues(
    all.filter(({ maxConcurrency }) => maxConcurrency !== undefined),
    2,
    {
      title: 'Concurrency, of the maximum of each queue',
      unit: '%',
      leftAnnotations: [{ value: 100, label: 'maximum' }],
      lines: (queue, i) => [shareOf(queue, `running${i}`)],
    },
  );
  const free = overQueues(
    all.filter(({ maxConcurrency }) => maxConcurrency === undefined),
    1,
    {
      title: 'Concurrency of queues with provisioned pollers',
      unit: 'invocations',
      lines: ({ name, worker }) => [running({ name, worker })],
    },
  );
  return [...capped, ...free];
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

function running({ name, worker }: Pick<QueueResources, 'name' | 'worker'>): IMetric {
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
