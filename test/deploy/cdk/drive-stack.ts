import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { TaskApp } from 'celeriac/cdk';
import type { Construct } from 'constructs';
import { bundled } from './bundle.ts';

/** How the app of the end-to-end test is deployed. */
export interface DriveStackProps {
  readonly prefix: string;
  /** Deploys code that does not load in a function. */
  readonly unloadable: boolean;
}

/** Enough for a cold start on a machine that is busy otherwise. */
const USUAL = { timeout: Duration.seconds(15), visibilityTimeout: Duration.seconds(30) };
/** Short, so that what a killed function was working on comes back soon. */
const SHORT = { timeout: Duration.seconds(8), visibilityTimeout: Duration.seconds(14) };
/** What anything in AWS may put on a queue. */
const NOTE = 'drive.note';

/** The app of the end-to-end test, its diary, and what puts bare messages on its default queue. */
export class DriveStack extends Stack {
  readonly #tasks: TaskApp;

  constructor(scope: Construct, id: string, { prefix, unloadable }: DriveStackProps) {
    super(scope, id);
    const diary = new Table(this, 'Diary', {
      partitionKey: { name: 'key', type: AttributeType.STRING },
      sortKey: { name: 'at', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#tasks = new TaskApp(this, 'Tasks', {
      entry: unloadable ? 'app/unloadable.ts' : 'app/app.ts',
      prefix,
      environment: { DIARY_TABLE: diary.tableName },
      queues: { default: USUAL, hangs: SHORT, poison: SHORT },
      alarms: { topic: new Topic(this, 'Pager') },
      dashboard: {},
    });
    for (const queue of ['default', 'hangs', 'poison']) {
      diary.grant(this.#tasks.worker(queue).grantee, 'dynamodb:UpdateItem', 'dynamodb:Query');
    }
    this.#addSources();
    this.#addProducer();
    new CfnOutput(this, 'DiaryTable', { value: diary.tableName });
  }

  /** Each sends `{"task":"drive.note","args":["<key>"]}`, and nothing else. */
  #addSources(): void {
    const queue = this.#tasks.queueFor(NOTE);
    const topic = new Topic(this, 'Topic');
    new Subscription(this, 'Raw', {
      topic,
      endpoint: queue.queueArn,
      protocol: SubscriptionProtocol.SQS,
      rawMessageDelivery: true,
    });
    const bucket = new Bucket(this, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY });
    // the CDK's own switch would bring a function along
    (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    const fromS3 = {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket.bucketName] } },
    };
    const rules = [
      this.#rule('OnObject', fromS3, '$.detail.object.key'),
      this.#rule('OnEvent', { source: ['celeriac.drive'] }, '$.detail.key'),
    ];
    for (const source of [topic, ...rules]) this.#tasks.allowFrom(source, NOTE);
    const machine = this.#stateMachine();
    new CfnOutput(this, 'TopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'StateMachineArn', { value: machine.stateMachineArn });
  }

  /** Knows of the app only what `configure` tells it. */
  #addProducer(): void {
    const producer = new LambdaFunction(this, 'Producer', {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundled(join(import.meta.dirname, '../app/producer.ts')),
      timeout: Duration.seconds(30),
      logGroup: new LogGroup(this, 'ProducerLogs', { removalPolicy: RemovalPolicy.DESTROY }),
      memorySize: 512,
    });
    this.#tasks.configure(producer, { tasks: [NOTE] });
    new CfnOutput(this, 'ProducerName', { value: producer.functionName });
  }

  #rule(id: string, eventPattern: object, keyPath: string): Rule {
    const input = RuleTargetInput.fromObject({ task: NOTE, args: [EventField.fromPath(keyPath)] });
    const arn = this.#tasks.queueFor(NOTE).queueArn;
    return new Rule(this, id, { eventPattern, targets: [{ bind: () => ({ arn, input }) }] });
  }

  #stateMachine(): StateMachine {
    const send = {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: {
        QueueUrl: this.#tasks.queueFor(NOTE).queueUrl,
        MessageBody: { task: NOTE, 'args.$': 'States.Array($.key)' },
      },
      End: true,
    };
    const machine = new StateMachine(this, 'Machine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(this.toJsonString({ StartAt: 'Send', States: { Send: send } })),
    });
    this.#tasks.grantSend(machine, NOTE);
    return machine;
  }
}
