import type { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, type IAlarm, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AppResources } from '../resources.ts';
import { costWidgets } from './cost-widgets.ts';
import { lateWidgets } from './late-widgets.ts';
import { PRICES, type Prices } from './prices.ts';
import { workWidgets } from './work-widgets.ts';

/** An app's dashboard. */
export interface DashboardProps {
  /**
   * What it is called.
   *
   * @default the prefix of the app's queues
   */
  readonly name?: string;
  /**
   * Shown with their states at the end.
   *
   * @default none
   */
  readonly alarms?: readonly IAlarm[];
  /**
   * The time that it shows when it is opened.
   *
   * @default CloudWatch's own: 3 hours
   */
  readonly defaultInterval?: Duration;
  /**
   * Prices for the estimate of costs, in US dollars; what is not given is that of us-east-1.
   *
   * @default us-east-1
   */
  readonly prices?: Partial<Prices>;
}

/**
 * Gives an app its dashboard: how late each queue is, how long until it is empty, then durations, retries, failures, dead
 * letters, concurrency, the table, costs.
 *
 * It costs $3 a month; the first three of an account are free. Its graphs name their metrics, so that it shows what it is made for
 * and looking at it costs nothing.
 *
 * @see docs/operations.md
 */
export function addDashboard(scope: Construct, app: AppResources, props: DashboardProps = {}): Dashboard {
  const { name = app.prefix, alarms = [], defaultInterval, prices } = props;
  const rows: IWidget[][] = [
    ...lateWidgets(app),
    ...workWidgets(app),
    ...costWidgets(app, { ...PRICES, ...prices }),
    ...(alarms.length > 0 ? [[statusOf(alarms)]] : []),
  ];
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: name,
    widgets: rows,
    ...(defaultInterval ? { defaultInterval } : {}),
  });
}

function statusOf(alarms: readonly IAlarm[]): IWidget {
  return new AlarmStatusWidget({ title: 'Alarms', width: 24, height: 4, alarms: [...alarms] });
}
