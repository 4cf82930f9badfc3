import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AppResources } from './resources.ts';

/** Says after a deployment what an operator asks for: the prefix, the table, and where tasks and dead letters are. Exports nothing. */
export function addOutputs(app: Construct & AppResources): void {
  const output = (id: string, value: string, description: string) => new CfnOutput(app, id, { value, description });
  output('PrefixOutput', app.prefix, `What the names of the queues of ${app.name} begin with`);
  output('TableOutput', app.table.tableName, `Table of ${app.name}: states, results, barriers`);
  for (const { name, queue, dlq } of app.queues.values()) {
    output(`QueueUrl-${name}`, queue.queueUrl, `Queue ${name}`);
    output(`DlqUrl-${name}`, dlq.queueUrl, `Dead letters of queue ${name}`);
  }
}
