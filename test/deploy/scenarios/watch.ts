import assert from 'node:assert/strict';
import { GetDashboardCommand, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { Stage } from '../stage.ts';

/** Of a queue: dead letters, what comes back through the lost queue, age, errors, throttles, a stuck mapping. */
const LEAST_OF_A_QUEUE = 6;

/** Alarms and dashboard are there; whether an alarm goes off no emulator can show. */
export async function watch({ checks, clients, target, digest }: Stage): Promise<void> {
  const apps = [
    { prefix: target.prefix, queues: ['default', 'hangs', 'poison'] },
    ...(digest ? [{ prefix: 'digest', queues: ['default', 'digest'] }] : []),
  ];
  await checks.that('every queue has its alarms, and each says what it means', async () => {
    for (const { prefix, queues } of apps) {
      const alarms: MetricAlarm[] = [];
      const pages = paginateDescribeAlarms({ client: clients.cloudWatch }, { AlarmNamePrefix: `${prefix}-` });
      for await (const { MetricAlarms = [] } of pages) alarms.push(...MetricAlarms);
      for (const queue of queues) {
        const own = alarms.filter(({ AlarmName = '' }) => AlarmName.startsWith(`${prefix}-${queue}-`));
        assert.ok(own.length >= LEAST_OF_A_QUEUE, `${prefix}-${queue} has ${own.length} alarms`);
      }
      for (const { AlarmName, AlarmDescription } of alarms) assert.ok(AlarmDescription, `${AlarmName} says nothing`);
    }
  });
  await checks.that('the dashboard is there, with a graph for every queue', async () => {
    for (const { prefix, queues } of apps) {
      const { DashboardBody = '' } = await clients.cloudWatch.send(new GetDashboardCommand({ DashboardName: prefix }));
      const { widgets } = JSON.parse(DashboardBody) as { readonly widgets: readonly unknown[] };
      for (const queue of queues) {
        assert.ok(
          widgets.some((widget) => JSON.stringify(widget).includes(`${prefix}-${queue}`)),
          `none of ${queue}`,
        );
      }
    }
  });
}
