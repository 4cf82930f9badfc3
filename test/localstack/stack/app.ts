import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { TaskApp } from 'celeriac/cdk';
import { withoutFunctions } from './without-functions.ts';

/** `cdk -c prefix=…`: of its own for each run, and the stack's name as well. */
const app = new App({ analyticsReporting: false });
const prefix = String(app.node.tryGetContext('prefix') ?? 'parcels');

const stack = new Stack(app, 'Parcels', { stackName: prefix });
const tasks = new TaskApp(stack, 'Tasks', {
  entry: 'src/app.ts',
  prefix,
  retired: ['old'],
  queues: { labels: { maxBatchingWindow: Duration.seconds(5) } },
  tableOptions: { pointInTimeRecovery: true },
  alarms: {},
  dashboard: {},
});
new CfnOutput(stack, 'Environment', { value: stack.toJsonString(tasks.environment) });

withoutFunctions(app.synth(), prefix);
