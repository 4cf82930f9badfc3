import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { LOST_TIMEOUT_SECONDS } from '../../src/base/limits.ts';
import type { AppResources } from '../resources.ts';
import type { AlarmProps } from './alarm-props.ts';
import { type AlarmSpec, lookBack, QUARTER } from './alarm-spec.ts';
import { PERIOD } from './metrics.ts';

/** Alarms on what an app has once: its table and its lost function. */
export function* appAlarms({ table, lost }: AppResources, props: AlarmProps): Generator<AlarmSpec> {
  const { tableThrottles = 10, lostErrors = 3 } = props;
  const each = { statistic: 'Sum', period: PERIOD };
  if (tableThrottles !== false) {
    yield {
      name: 'table-throttles',
      metric: new MathExpression({
        expression: 'reads + writes',
        usingMetrics: {
          reads: table.metric('ReadThrottleEvents', each),
          writes: table.metric('WriteThrottleEvents', each),
        },
        label: 'throttled requests',
        period: PERIOD,
      }),
      threshold: tableThrottles,
      of: 3,
      means: 'DynamoDB refuses requests to the table: tasks cannot store what came of them, and come back.',
      first: 'Look which load grew; give the table more maximum or warm throughput, or lower the concurrency.',
    };
  }
  if (lostErrors !== false) {
    yield {
      name: 'lost-errors',
      metric: lost.metricErrors({ statistic: 'Sum', period: QUARTER }),
      threshold: lostErrors,
      of: lookBack(Duration.seconds(LOST_TIMEOUT_SECONDS), QUARTER),
      periods: 1,
      means:
        'The lost function fails: what SQS gave up on is neither sent back nor ended, and goes to the dead-letter queue in the end.',
      first: "Read the end of the lost function's log; its rights, the table and the queues' names are what it needs.",
    };
  }
}
