import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/base/errors.ts';
import { resolved } from './resolve.ts';
import { deployed, templateOf } from './synth.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** What the policies of a role allow, by service and action: on which resources. */
function allowedTo(template: Template, rolePattern: string): Record<string, readonly string[]> {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) => id.match(rolePattern));
  const statements = policies.flatMap(
    ([, { Properties }]) => resolved(template, Properties.PolicyDocument.Statement) as Statement[],
  );
  const allowed: Record<string, readonly string[]> = {};
  for (const { Action, Resource } of statements) {
    for (const action of [Action].flat()) allowed[action] = [...(allowed[action] ?? []), ...[Resource].flat()];
  }
  return allowed;
}

const queueArn = (name: string) => `arn:AWS::SQS::Queue:shop-${name}`;
const isTable = expect.stringMatching(/^arn:AWS::DynamoDB::Table:/);
const isLogs = expect.stringMatching(/^arn:AWS::Logs::LogGroup:/);
const WORK_QUEUES = ['default', 'mail', 'payments', 'reports'].map(queueArn);

const role = (scope: Construct, id: string) =>
  new Role(scope, id, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
const producer = (scope: Construct) =>
  new LambdaFunction(scope, 'Producer', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });

describe('what functions may do', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf({ retired: ['old'] });
  });

  it('is for a worker: its own queue, sending to all queues and to its own dead letters, the table, its own logs', () => {
    expect(allowedTo(template, 'Workersmail')).toEqual({
      'sqs:ReceiveMessage': [queueArn('mail')],
      'sqs:DeleteMessage': [queueArn('mail')],
      'sqs:ChangeMessageVisibility': [queueArn('mail')],
      'sqs:GetQueueAttributes': [queueArn('mail')],
      'sqs:SendMessage': [...WORK_QUEUES, queueArn('mail-dlq')],
      'dynamodb:GetItem': [isTable],
      'dynamodb:PutItem': [isTable],
      'dynamodb:UpdateItem': [isTable],
      'dynamodb:Query': [isTable],
      'dynamodb:BatchGetItem': [isTable],
      'logs:CreateLogStream': [isLogs],
      'logs:PutLogEvents': [isLogs],
    });
  });

  it('is for a worker of a retired queue also to send to that', () => {
    expect(allowedTo(template, 'Workersold')['sqs:SendMessage']).toEqual([
      ...WORK_QUEUES,
      queueArn('old'),
      queueArn('old-dlq'),
    ]);
  });

  it('is for the lost function: all lost queues, and sending to all queues and their dead letters', () => {
    const allowed = allowedTo(template, 'TasksLost');
    const all = ['default', 'mail', 'payments', 'reports', 'old'];
    expect(allowed['sqs:ReceiveMessage']).toEqual(all.map((name) => queueArn(`${name}-lost`)));
    expect(allowed['sqs:SendMessage']).toEqual(all.flatMap((name) => [queueArn(name), queueArn(`${name}-dlq`)]));
    expect(allowed['dynamodb:UpdateItem']).toEqual([isTable]);
  });

  it('is on every resource only where AWS offers none: a function looks at its mapping', () => {
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    const inline = roles.flatMap(({ Properties }) => Properties.Policies ?? []);
    expect(inline).toHaveLength(6);
    for (const { PolicyDocument } of inline) {
      expect(PolicyDocument.Statement).toEqual([
        { Effect: 'Allow', Action: 'lambda:ListEventSourceMappings', Resource: '*' },
      ]);
    }
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('"*"');
  });

  it('is what the stack adds for its tasks', () => {
    const own = templateOf({}, (tasks, stack) => {
      new Bucket(stack, 'Images').grantRead(tasks.worker('mail').grantee);
      new Bucket(stack, 'More').grantRead(tasks.worker('payments'));
    });
    expect(allowedTo(own, 'Workersmail')).toHaveProperty(['s3:GetObject*']);
    expect(allowedTo(own, 'Workerspayments')).toHaveProperty(['s3:GetObject*']);
    expect(allowedTo(own, 'Workersreports')).not.toHaveProperty(['s3:GetObject*']);
  });
});

describe('with as many queues as a stack has room for', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf({ entry: 'crowd' });
  });

  it('the lost function still reaches all of them: what is too long for one policy stands in a second', () => {
    const overflow = Object.entries(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(overflow.map(([id]) => id)).toEqual([expect.stringMatching(/^TasksLostRoleOverflowPolicy1/)]);
    const second = resolved(
      template,
      overflow.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement),
    );
    const sent = (second as Statement[])
      .filter(({ Action }) => Action === 'sqs:SendMessage')
      .flatMap(({ Resource }) => Resource);
    expect([...sent, ...(allowedTo(template, 'TasksLost')['sqs:SendMessage'] ?? [])]).toHaveLength(2 * 39);
  });

  it('and is not given a message before it may receive it', () => {
    const [lost] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) =>
      /^TasksLost/.test(id),
    );
    expect(lost?.[1].DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/OverflowPolicy1/), expect.stringMatching(/DefaultPolicy/)]),
    );
  });
});

describe('with a key', () => {
  const USES = ['kms:Decrypt', 'kms:GenerateDataKey'];
  let template: Template;
  beforeAll(() => {
    template = templateOf(
      (stack) => ({ encryptionKey: new Key(stack, 'Key') }),
      (tasks, stack) => {
        tasks.grantSend(role(stack, 'Sender'), 'mail.send');
        tasks.grantReadResults(role(stack, 'Reader'));
        tasks.allowFrom(new Topic(stack, 'Topic'), 'mail.send');
      },
    );
  });

  const isKey = expect.stringMatching(/^arn:AWS::KMS::Key:/);

  it.each(['Workersmail', 'TasksLost', 'Sender'])('%s may use it, once', (who) => {
    const allowed = allowedTo(template, who);
    for (const action of USES) expect(allowed[action]).toEqual([isKey]);
  });

  it('a reader may read by it', () => {
    const allowed = allowedTo(template, 'Reader');
    expect([allowed['kms:Decrypt'], allowed['kms:GenerateDataKey']]).toEqual([[isKey], undefined]);
  });

  it('a topic that may send may use it as well', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
            Resource: '*',
          },
        ]),
      },
    });
  });

  it('but without one nobody needs any', () => {
    expect(JSON.stringify(templateOf())).not.toContain('kms:');
  });
});

describe('producers', () => {
  it('are let to send some tasks: to their queues, and to store what canvases need', () => {
    const template = templateOf({}, (tasks, stack) => {
      tasks.grantSend(role(stack, 'Sender'), 'mail.send', 'orders.place', 'mail.send');
    });
    expect(allowedTo(template, 'Sender')).toEqual({
      'sqs:SendMessage': [queueArn('mail'), queueArn('default')],
      'dynamodb:GetItem': [isTable],
      'dynamodb:PutItem': [isTable],
      'dynamodb:UpdateItem': [isTable],
      'dynamodb:Query': [isTable],
    });
  });

  it('are let to send all tasks, but nothing to what is retired', () => {
    const template = templateOf({ retired: ['old'] }, (tasks, stack) => void tasks.grantSend(role(stack, 'Sender')));
    expect(allowedTo(template, 'Sender')['sqs:SendMessage']).toEqual(WORK_QUEUES);
  });

  it('are let to send to every queue where that depends on the arguments', () => {
    const template = templateOf({ entry: 'shards' }, (tasks, stack) => {
      tasks.grantSend(role(stack, 'Sender'), 'orders.place');
      tasks.grantSend(role(stack, 'Other'), 'count');
    });
    const [all, one] = ['Sender', 'Other'].map((who) => allowedTo(template, who)['sqs:SendMessage']);
    expect(all).toHaveLength(4);
    expect(one).toEqual(['arn:AWS::SQS::Queue:shards-odd']);
  });

  it('are let to read results', () => {
    const template = templateOf({}, (tasks, stack) => void tasks.grantReadResults(role(stack, 'Reader')));
    expect(allowedTo(template, 'Reader')).toEqual({
      'dynamodb:GetItem': [isTable],
      'dynamodb:Query': [isTable],
      'dynamodb:BatchGetItem': [isTable],
    });
  });

  it('that are functions get all of it by one call', () => {
    const template = templateOf({}, (tasks, stack) => tasks.configure(producer(stack)));
    const allowed = allowedTo(template, 'Producer');
    expect(allowed['sqs:SendMessage']).toEqual(WORK_QUEUES);
    expect(allowed['dynamodb:BatchGetItem']).toEqual([isTable]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.absent(),
      Environment: { Variables: { CELERIAC_QUEUE_PREFIX: Match.anyValue(), CELERIAC_TABLE: Match.anyValue() } },
    });
  });

  it('that are functions may be given less', () => {
    const template = templateOf({}, (tasks, stack) => {
      tasks.configure(producer(stack), { tasks: ['mail.send'], readsResults: false });
    });
    const allowed = allowedTo(template, 'Producer');
    expect(allowed['sqs:SendMessage']).toEqual([queueArn('mail')]);
    expect(allowed).not.toHaveProperty(['dynamodb:BatchGetItem']);
  });

  it('that are functions of another stack get it as well', () => {
    const { stack, tasks } = deployed();
    const api = new Stack(stack.node.root as App, 'Api');
    tasks.configure(producer(api));
    Template.fromStack(api).hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CELERIAC_TABLE: { 'Fn::ImportValue': Match.stringLikeRegexp('^Stack:ExportsOutputRefTasksTable') },
        },
      },
    });
  });
});

describe('what else puts tasks on queues', () => {
  /** The statements of a queue's policy that allow something. */
  function allowedOn(template: Template, name: string): readonly unknown[] {
    const [queue] = Object.keys(
      template.findResources('AWS::SQS::Queue', { Properties: { QueueName: `shop-${name}` } }),
    );
    const policies = template.findResources('AWS::SQS::QueuePolicy', { Properties: { Queues: [{ Ref: queue }] } });
    const statements = Object.values(policies).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    return statements.filter(({ Effect }) => Effect === 'Allow');
  }

  let template: Template;
  beforeAll(() => {
    template = templateOf({}, (tasks, stack) => {
      tasks.allowFrom(new Topic(stack, 'Topic'), 'mail.send');
      tasks.allowFrom(new Bucket(stack, 'Bucket'), 'payments');
      tasks.allowFrom(
        new Rule(stack, 'Rule', { schedule: Schedule.rate(Duration.hours(1)) }),
        'orders.place',
        'reports',
      );
      tasks.allowFrom({ service: 'iot.amazonaws.com', arn: 'arn:aws:iot:eu-west-1:123456789012:rule/*' }, 'reports');
    });
  });

  const statement = (queue: string, service: string, arn: unknown, more: object = {}) => ({
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Principal: { Service: service },
    Resource: { 'Fn::GetAtt': [expect.stringContaining(queue), 'Arn'] },
    Condition: { ArnLike: { 'aws:SourceArn': arn }, ...more },
  });
  const rule = { 'Fn::GetAtt': [expect.stringMatching(/^Rule/), 'Arn'] };

  it('is a topic, for the queue of a task', () => {
    expect(allowedOn(template, 'mail')).toEqual([
      statement('mail', 'sns.amazonaws.com', { Ref: expect.stringMatching(/^Topic/) }),
    ]);
  });

  it('is a bucket, for a queue, and only while it is this account that has it', () => {
    const account = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    expect(allowedOn(template, 'payments')).toEqual([
      statement('payments', 's3.amazonaws.com', { 'Fn::GetAtt': [expect.stringMatching(/^Bucket/), 'Arn'] }, account),
    ]);
  });

  it('is a rule, for both', () => {
    expect(allowedOn(template, 'default')).toEqual([statement('default', 'events.amazonaws.com', rule)]);
  });

  it('is any other service, beside the rule', () => {
    expect(allowedOn(template, 'reports')).toEqual([
      statement('reports', 'events.amazonaws.com', rule),
      statement('reports', 'iot.amazonaws.com', 'arn:aws:iot:eu-west-1:123456789012:rule/*'),
    ]);
  });

  it('is warned of where the queue is none of this app', () => {
    const { stack, tasks } = deployed((scope) => ({
      queues: { mail: { queue: Queue.fromQueueArn(scope, 'Q', 'arn:aws:sqs:eu-west-1:123456789012:legacy') } },
    }));
    tasks.allowFrom(new Topic(stack, 'Topic'), 'mail');
    Annotations.fromStack(stack).hasWarning(
      '/Stack/Tasks',
      Match.stringLikeRegexp('the policy of queue legacy is not made in this app, .* let sns.amazonaws.com send to it'),
    );
  });
});

describe('what is asked of the construct by name', () => {
  const ask =
    (question: (tasks: ReturnType<typeof deployed>['tasks']) => unknown, entry = 'shop') =>
    () =>
      question(deployed({ entry }).tasks);

  it('is the queue of a task', () => {
    const { tasks } = deployed();
    expect(tasks.queueFor('mail.send')).toBe(tasks.queues.get('mail')?.queue);
    expect(tasks.queueFor('reports.build')).toBe(tasks.queues.get('reports')?.queue);
  });

  it.each([
    [
      'the queue of a task that there is not',
      (tasks) => tasks.queueFor('mail.sent'),
      'the app has no task "mail.sent"; it has "orders.place", "mail.send",',
    ],
    [
      'a worker that there is not',
      (tasks) => tasks.worker('mial'),
      'the app has no queue "mial"; it has "default", "mail",',
    ],
    [
      'leave to send a task that there is not',
      (tasks) => tasks.grantSend(tasks.worker('mail'), 'x'),
      'the app has no task "x"',
    ],
    ['a metric of a queue that there is not', (tasks) => tasks.metricFailed('mial'), 'the app has no queue "mial"'],
    [
      'leave for a source to send nowhere',
      (tasks) => tasks.allowFrom(new Topic(tasks, 'T')),
      'name the tasks or queues that are meant',
    ],
    [
      'leave for what is no source',
      (tasks) => tasks.allowFrom({} as never, 'mail'),
      '`allowFrom` takes a topic, a bucket, a rule, or { service:',
    ],
  ] as const satisfies readonly (readonly [
    string,
    (tasks: ReturnType<typeof deployed>['tasks']) => unknown,
    string,
  ])[])('is not %s', (_what, question, says) => {
    expect(ask(question)).toThrow(ConfigurationError);
    expect(ask(question)).toThrow(says);
  });

  it('is not the one queue of a task that may go to several', () => {
    expect(ask((tasks) => tasks.queueFor('orders.place'), 'shards')).toThrow(
      'the queue of task "orders.place" depends on its arguments; take it from `queues`, which has "default", "even", "odd", "spare"',
    );
  });
});
