import { Duration } from 'aws-cdk-lib';
import { type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AppResources, QueueResources } from '../resources.ts';
import { type Graph, rowsOf } from './grid.ts';
import { gbSecondOf, type Prices } from './prices.ts';

const HOUR = Duration.hours(1);

/**
 * What an hour costs: functions and SQS by queue, and the table.
 *
 * SQS is an upper bound: each message counts as a request of its own, where ten share one. Logs, alarms and metrics are not in it.
 */
export function costWidgets(app: AppResources, prices: Prices): IWidget[][] {
  const queues = [...app.queues.values()];
  const each = { unit: '$ an hour', period: HOUR };
  const graphs: readonly Graph[] = [
    { ...each, title: 'Estimated cost of the workers', left: queues.map((queue, i) => lambda(queue, i, prices)) },
    { ...each, title: 'Estimated cost of the queues (at most)', left: queues.map((queue, i) => sqs(queue, i, prices)) },
    { ...each, title: 'Estimated cost of the table (without storage)', left: [dynamo(app, prices)] },
  ];
  return rowsOf(graphs, 3);
}

function lambda({ name, worker, memorySize }: QueueResources, i: number, prices: Prices): MathExpression {
  const each = { statistic: 'Sum', period: HOUR };
  const gbMs = (memorySize / 1_024) * (gbSecondOf(worker.architecture, prices) / 1_000);
  return new MathExpression({
    expression: `ms${i} * ${decimal(gbMs)} + calls${i} * ${decimal(prices.lambdaRequest)}`,
    usingMetrics: { [`ms${i}`]: worker.metricDuration(each), [`calls${i}`]: worker.metricInvocations(each) },
    label: name,
    period: HOUR,
  });
}

function sqs({ name, queue }: QueueResources, i: number, prices: Prices): MathExpression {
  const each = { statistic: 'Sum', period: HOUR };
  const ids = [`sent${i}`, `received${i}`, `deleted${i}`, `empty${i}`] as const;
  return new MathExpression({
    expression: `(${ids.join(' + ')}) * ${decimal(prices.sqsRequest)}`,
    usingMetrics: {
      [ids[0]]: queue.metricNumberOfMessagesSent(each),
      [ids[1]]: queue.metricNumberOfMessagesReceived(each),
      [ids[2]]: queue.metricNumberOfMessagesDeleted(each),
      [ids[3]]: queue.metricNumberOfEmptyReceives(each),
    },
    label: name,
    period: HOUR,
  });
}

function dynamo({ table }: AppResources, prices: Prices): MathExpression {
  const each = { statistic: 'Sum', period: HOUR };
  return new MathExpression({
    expression: `written * ${decimal(prices.dynamoWrite)} + readUnits * ${decimal(prices.dynamoRead)}`,
    usingMetrics: {
      written: table.metricConsumedWriteCapacityUnits(each),
      readUnits: table.metricConsumedReadCapacityUnits(each),
    },
    label: 'table',
    period: HOUR,
  });
}

/** A price as metric math reads it: no exponent. */
function decimal(price: number): string {
  return price.toFixed(15).replace(/0+$/, '');
}
