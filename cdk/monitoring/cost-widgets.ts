import { Duration } from 'aws-cdk-lib';
import { type IWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { AppResources, QueueResources } from '../resources.ts';
import { type Graph, overQueues, rowsOf } from './grid.ts';
import { gbSecondOf, type Prices } from './prices.ts';

const HOUR = Duration.hours(1);

/**
 * What an hour costs: functions and SQS by queue, and the table.
 *
 * SQS is an upper bound: each message counts as a request of its own, where ten share one. Logs, alarms and metrics are not in it.
 */
export function costWidgets(app: AppResources, prices: Prices): IWidget[][] {
  const functions = overQueues([...app.queues.values()], 3, {
    title: 'Estimated cost of the workers',
    unit: '$ an hour',
    period: HOUR,
    lines: (queue, i) => [lambda(queue, i, prices)],
  });
  const queues = overQueues([...app.queues.values()], 5, {
    title: 'Estimated cost of the queues (at most)',
    unit: '$ an hour',
    period: HOUR,
    lines: (queue, i) => [sqs(queue, i, prices)],
  });
  return rowsOf([...functions, ...queues, table(app, prices)], 3);
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

function table({ table }: AppResources, prices: Prices): Graph {
  const each = { statistic: 'Sum', period: HOUR };
  return {
    title: 'Estimated cost of the table (without storage)',
    unit: '$ an hour',
    period: HOUR,
    left: [
      new MathExpression({
        expression: `written * ${decimal(prices.dynamoWrite)} + readUnits * ${decimal(prices.dynamoRead)}`,
        usingMetrics: {
          written: table.metricConsumedWriteCapacityUnits(each),
          readUnits: table.metricConsumedReadCapacityUnits(each),
        },
        label: 'table',
        period: HOUR,
      }),
    ],
  };
}

/** A price as metric math reads it: no exponent. */
function decimal(price: number): string {
  return price.toFixed(15).replace(/0+$/, '');
}
