import { App, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { TaskApp } from 'celeriac/cdk';

const stack = new Stack(new App(), 'Hello');
new TaskApp(stack, 'Tasks', {
  entry: 'app.ts', // queues, routes, tasks and their limits are read from there
  alarms: { topic: new Topic(stack, 'Alarms') },
  dashboard: {},
});
