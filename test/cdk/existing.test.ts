import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { resolved } from './resolve.ts';
import { deployed, newStack, templateOf } from './synth.ts';

const LEGACY = 'arn:aws:sqs:eu-west-1:123456789012:legacy-mail';

/** The variables of the worker of a queue, as CloudFormation makes them. */
function variablesOf(template: Template, queue: string): Record<string, string> {
  const Description = Match.stringLikeRegexp(`^Worker of queue ${queue} `);
  const [worker] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { Description } }));
  return resolved(template, worker?.Properties.Environment.Variables) as Record<string, string>;
}

describe('a queue of the same stack that was there before', () => {
  it('is given the redrive and the visibility that it leaves open', () => {
    const template = templateOf((stack) => ({
      queues: { mail: { queue: new Queue(stack, 'Legacy', { queueName: 'old-mail' }) } },
    }));
    const [lost] = Object.keys(
      template.findResources('AWS::SQS::Queue', { Properties: { QueueName: 'shop-mail-lost' } }),
    );
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'old-mail',
      VisibilityTimeout: 120,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [lost, 'Arn'] }, maxReceiveCount: 20 },
    });
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { QueueName: 'shop-mail' }, 0);
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { QueueName: 'shop-mail-dlq' }, 1);
  });

  it('keeps a visibility that is long enough', () => {
    const visibilityTimeout = Duration.minutes(10);
    templateOf((stack) => ({
      queues: { mail: { queue: new Queue(stack, 'Legacy', { queueName: 'old-mail', visibilityTimeout }) } },
    })).hasResourceProperties('AWS::SQS::Queue', { QueueName: 'old-mail', VisibilityTimeout: 600 });
  });

  it('keeps a dead-letter queue of its own, and a warning says what that means', () => {
    const { stack } = deployed((scope) => {
      const deadLetterQueue = { queue: new Queue(scope, 'Dead'), maxReceiveCount: 3 };
      return { queues: { mail: { queue: new Queue(scope, 'Legacy', { queueName: 'old-mail', deadLetterQueue }) } } };
    });
    Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'old-mail',
      RedrivePolicy: { maxReceiveCount: 3 },
    });
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp(
        'existing queue of "mail" has a dead-letter queue of its own.*leave out its `deadLetterQueue`',
      ),
    );
  });

  it('is told to workers and producers by its own URL', () => {
    const template = templateOf((stack) => ({
      queues: { mail: { queue: new Queue(stack, 'Legacy', { queueName: 'old-mail' }) } },
    }));
    for (const queue of ['mail', 'default']) {
      expect(JSON.parse(variablesOf(template, queue).CELERIAC_QUEUE_URLS ?? '')).toEqual({
        mail: 'https://sqs.eu-west-1.amazonaws.com/123456789012/old-mail',
      });
    }
  });

  it('is not told where it is called as ours would be', () => {
    const template = templateOf((stack) => ({
      queues: { mail: { queue: new Queue(stack, 'Legacy', { queueName: 'shop-mail' }) } },
    }));
    expect(variablesOf(template, 'mail')).not.toHaveProperty('CELERIAC_QUEUE_URLS');
  });
});

describe('an imported queue', () => {
  it('is read by its worker, and a warning has the command that sets it up', () => {
    const { stack } = deployed((scope) => ({
      queues: { mail: { queue: Queue.fromQueueArn(scope, 'Legacy', LEGACY) } },
    }));
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: LEGACY });
    const [warning] = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('existing queue of "mail"'));
    const policy = {
      deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:123456789012:shop-mail-lost',
      maxReceiveCount: 20,
    };
    const attributes = JSON.stringify({ VisibilityTimeout: '120', RedrivePolicy: JSON.stringify(policy) });
    expect(warning?.entry.data).toContain('is not made in this stack');
    expect(warning?.entry.data).toContain(`--attributes '${attributes}'`);
  });

  it('makes the URL of its lost queue and its dead letters no other', () => {
    const { tasks } = deployed((scope) => ({
      queues: { mail: { queue: Queue.fromQueueArn(scope, 'Legacy', LEGACY) } },
    }));
    const mail = tasks.queues.get('mail');
    expect(mail?.queue.queueArn).toBe(LEGACY);
    expect(mail?.lost).toBeInstanceOf(Queue);
    expect(mail?.dlq).toBeInstanceOf(Queue);
  });
});

describe('a queue of another stack of the same app', () => {
  it('is left as it is, with a warning: the two stacks would wait for each other', () => {
    const stack = newStack();
    const queue = new Queue(new Stack(stack.node.root as App, 'Others'), 'Legacy', { queueName: 'old-mail' });
    deployed({ queues: { mail: { queue } } }, stack);
    Template.fromStack(Stack.of(queue)).hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'old-mail',
      RedrivePolicy: Match.absent(),
    });
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp('arn:aws:sqs:<region>:<account>:shop-mail-lost'),
    );
  });
});

describe('the default queue', () => {
  it('may be one that was there before: the others are still found', () => {
    const template = templateOf((stack) => ({
      queues: { default: { queue: new Queue(stack, 'Legacy', { queueName: 'old' }) } },
    }));
    expect(variablesOf(template, 'mail').CELERIAC_QUEUE_PREFIX).toBe(
      'https://sqs.eu-west-1.amazonaws.com/123456789012/shop-',
    );
  });
});

describe('a table that was there before', () => {
  it('is used, and none is made', () => {
    const template = templateOf((stack) => ({ table: Table.fromTableName(stack, 'Results', 'all-results') }));
    template.resourceCountIs('AWS::DynamoDB::Table', 0);
    expect(variablesOf(template, 'mail').CELERIAC_TABLE).toBe('all-results');
  });

  it('may be one of the same stack, with its own key', () => {
    const template = templateOf((stack) => {
      const table = new Table(stack, 'Results', {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        timeToLiveAttribute: 'expiresAt',
        encryptionKey: new Key(stack, 'Key'),
      });
      return { table: table as ITable };
    });
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] })]),
      },
    });
  });
});
