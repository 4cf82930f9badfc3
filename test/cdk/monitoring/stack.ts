import { App, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, CfnEventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { AppResources, QueueResources } from '../../../cdk/resources.ts';

/** An app with the smallest resources that alarms and dashboards can be made of. */
export function tinyApp(names: readonly string[] = ['default', 'mails'], own: Partial<QueueResources> = {}) {
  const stack = new Stack(new App(), 'Tiny', { env: { account: '123456789012', region: 'us-east-1' } });
  const lambda = (name: string) =>
    LambdaFunction.fromFunctionAttributes(stack, name, {
      functionArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
      architecture: Architecture.ARM_64,
      sameEnvironment: true,
    });
  const resources: AppResources = {
    name: 'digest',
    prefix: 'digest-staging',
    table: Table.fromTableName(stack, 'Table', 'digest-table'),
    lost: lambda('lost-fn'),
    queues: new Map(names.map((name) => [name, { ...queueOf(name), ...own }])),
  };
  return { stack, resources };

  function queueOf(name: string): QueueResources {
    const worker = lambda(`worker-${name}`);
    const make = (end: string) => new Queue(stack, `${name}${end}`, { queueName: `digest-staging-${name}${end}` });
    const [queue, lost, dlq] = [make(''), make('-lost'), make('-dlq')];
    const mapping = new CfnEventSourceMapping(stack, `${name}Mapping`, {
      functionName: worker.functionName,
      eventSourceArn: queue.queueArn,
    });
    const rest = { timeout: Duration.seconds(70), memorySize: 512, batchSize: 10, maxConcurrency: 20 };
    return { name, queue, lost, dlq, worker, mapping, ...rest };
  }
}
