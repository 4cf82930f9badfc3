import { join } from 'node:path';
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { bundled } from '../cdk/bundle.ts';

/** Deliveries after which SQS itself gives a message to the next queue. */
const MAX_RECEIVE_COUNT = 2;
const OPTIONS = { reportBatchItemFailures: true, batchSize: 10, maxConcurrency: 2 };

const app = new App();
const prefix: string = app.node.getContext('prefix');
const stack = new Stack(app, app.node.getContext('stack'));

const table = new Table(stack, 'Diary', {
  partitionKey: { name: 'key', type: AttributeType.STRING },
  sortKey: { name: 'at', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});

/** Behind `work` a queue that is read as well, behind `kept` one that keeps what it gets until it is moved. */
const [readDlq, keptDlq] = [queue('work-dlq'), queue('kept-dlq')];
const [work, kept] = [queue('work', readDlq), queue('kept', keptDlq)];

const fn = new LambdaFunction(stack, 'Function', {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  handler: 'index.handler',
  code: bundled(join(import.meta.dirname, 'handler.ts')),
  timeout: Duration.seconds(5),
  logGroup: new LogGroup(stack, 'Logs', { removalPolicy: RemovalPolicy.DESTROY }),
  environment: { TABLE: table.tableName, WORK_QUEUE_URL: work.queueUrl, READ_DLQ_ARN: readDlq.queueArn },
});
table.grantWriteData(fn);
work.grantConsumeMessages(fn);
for (const source of [work, readDlq, kept]) fn.addEventSource(new SqsEventSource(source, OPTIONS));

new CfnOutput(stack, 'Table', { value: table.tableName });
new CfnOutput(stack, 'FunctionName', { value: fn.functionName });
for (const [name, one] of Object.entries({ Work: work, Kept: kept, KeptDlq: keptDlq })) {
  new CfnOutput(stack, `${name}Url`, { value: one.queueUrl });
  new CfnOutput(stack, `${name}Arn`, { value: one.queueArn });
}

function queue(name: string, deadLetterQueue?: IQueue): Queue {
  return new Queue(stack, name, {
    queueName: `${prefix}-probe-${name}`,
    visibilityTimeout: Duration.seconds(6),
    enforceSSL: true,
    ...(deadLetterQueue ? { deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT } } : {}),
  });
}
