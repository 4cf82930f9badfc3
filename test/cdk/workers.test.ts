import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Architecture, Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { QueueProps } from '../../cdk/index.ts';
import { templateOf } from './synth.ts';

const FUNCTION = 'AWS::Lambda::Function';
const MAPPING = 'AWS::Lambda::EventSourceMapping';

/** The worker of a queue, and its mapping. */
function workerOf(template: Template, queue: string) {
  const Description = Match.stringLikeRegexp(`^Worker of queue ${queue} `);
  const [found] = Object.entries(template.findResources(FUNCTION, { Properties: { Description } }));
  if (!found) throw new Error(`there is no worker of ${queue}`);
  const [id, { Properties }] = found;
  const [mapping] = Object.values(template.findResources(MAPPING, { Properties: { FunctionName: { Ref: id } } }));
  return { id, ...Properties, mapping: mapping?.Properties };
}

describe('the workers of an app', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf();
  });

  it.each([
    ['default', 60],
    ['mail', 60],
    ['payments', 130],
    ['reports', 850],
  ])('run the tasks of %s for at most %i seconds', (queue, Timeout) => {
    expect(workerOf(template, queue)).toMatchObject({
      Timeout,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Architectures: ['arm64'],
      MemorySize: 512,
      RecursiveLoop: 'Allow',
      Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
    });
  });

  it.each([
    ['default', 'shop-default', 10, 20],
    ['mail', 'shop-mail', 10, 20],
    ['payments', 'shop-payments', 1, 4],
  ])('are given the messages of %s and answer one by one', (name, QueueName, BatchSize, MaximumConcurrency) => {
    const { mapping } = workerOf(template, name);
    const [queue] = Object.keys(template.findResources('AWS::SQS::Queue', { Properties: { QueueName } }));
    expect(mapping).toEqual({
      EventSourceArn: { 'Fn::GetAtt': [queue, 'Arn'] },
      FunctionName: expect.anything(),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BatchSize,
      MaximumBatchingWindowInSeconds: 0,
      ScalingConfig: { MaximumConcurrency },
    });
  });

  it('each have a log group of a month, which stays', () => {
    const groups = template.findResources('AWS::Logs::LogGroup');
    expect(Object.keys(groups)).toHaveLength(5);
    template.allResources('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Retain' });
    const used = Object.values(template.findResources(FUNCTION)).map(({ Properties }) => Properties.LoggingConfig);
    expect(used).toEqual(expect.arrayContaining(Object.keys(groups).map((Ref) => ({ LogGroup: { Ref } }))));
  });

  it('each have a role of their own without managed policies', () => {
    const roles = template.findResources('AWS::IAM::Role');
    expect(Object.keys(roles)).toHaveLength(5);
    for (const { Properties } of Object.values(roles)) expect(Properties.ManagedPolicyArns).toBeUndefined();
    const used = Object.values(template.findResources(FUNCTION)).map(
      ({ Properties }) => Properties.Role['Fn::GetAtt'][0],
    );
    expect(used.sort()).toEqual(Object.keys(roles).sort());
  });

  it('are not mapped before they may receive', () => {
    const { Worker: policies } = Object.groupBy(
      Object.keys(template.findResources('AWS::IAM::Policy')),
      () => 'Worker',
    );
    for (const { DependsOn } of Object.values(template.findResources(FUNCTION))) {
      expect(policies?.some((policy) => DependsOn.includes(policy))).toBe(true);
    }
  });
});

describe('the lost function of an app', () => {
  it('reads all the lost queues, two invocations each at the most', () => {
    const template = templateOf();
    const Description = Match.stringLikeRegexp('^Lost function');
    const [[id, lost] = []] = Object.entries(template.findResources(FUNCTION, { Properties: { Description } }));
    expect(lost?.Properties).toMatchObject({
      MemorySize: 256,
      Timeout: 60,
      RecursiveLoop: 'Allow',
      Runtime: 'nodejs24.x',
    });
    const mappings = Object.values(template.findResources(MAPPING, { Properties: { FunctionName: { Ref: id } } }));
    expect(mappings).toHaveLength(4);
    for (const { Properties } of mappings) {
      expect(Properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 2 },
      });
    }
  });
});

describe('what a stack says of the workers', () => {
  const WORKERS: Readonly<Record<string, QueueProps>> = {
    mail: {
      memorySize: 1_024,
      timeout: Duration.minutes(5),
      environment: { SMTP_URL: 'smtp://queue', ONLY_MAIL: 'yes' },
      maxConcurrency: 100,
      batchSize: 500,
      maxBatchingWindow: Duration.seconds(20),
      reservedConcurrentExecutions: 200,
    },
    reports: { provisionedPollers: { minimum: 3, maximum: 30 }, visibilityTimeout: Duration.hours(1) },
  };
  let template: Template;
  beforeAll(() => {
    template = templateOf((stack) => ({
      memorySize: 2_048,
      timeout: Duration.minutes(14),
      maxConcurrency: 7,
      environment: { SMTP_URL: 'smtp://all', STAGE: 'test' },
      layers: [layer(stack, 'Layer')],
      architecture: Architecture.X86_64,
      logRetention: RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
      queues: WORKERS,
    }));
  });

  function layer(stack: Stack, id: string) {
    return new LayerVersion(stack, id, { code: Code.fromAsset(import.meta.dirname, { exclude: ['**'] }) });
  }

  it('is for all of them, where a queue says nothing', () => {
    expect(workerOf(template, 'default')).toMatchObject({
      MemorySize: 2_048,
      Timeout: 840,
      Layers: [expect.anything()],
      Environment: { Variables: { SMTP_URL: 'smtp://all', STAGE: 'test' } },
      mapping: { ScalingConfig: { MaximumConcurrency: 7 }, BatchSize: 10 },
    });
    // what the app declares is nearer than what is said of all
    expect(workerOf(template, 'payments').mapping.ScalingConfig).toEqual({ MaximumConcurrency: 4 });
  });

  it('is for one of them, where its queue says it', () => {
    expect(workerOf(template, 'mail')).toMatchObject({
      MemorySize: 1_024,
      Timeout: 300,
      ReservedConcurrentExecutions: 200,
      Environment: { Variables: { SMTP_URL: 'smtp://queue', STAGE: 'test', ONLY_MAIL: 'yes' } },
      mapping: { ScalingConfig: { MaximumConcurrency: 100 }, BatchSize: 500, MaximumBatchingWindowInSeconds: 20 },
    });
  });

  it('counts the batching window into the visibility', () => {
    template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'shop-mail', VisibilityTimeout: 300 + 20 + 60 });
  });

  it('sets a visibility of its own', () => {
    template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'shop-reports', VisibilityTimeout: 3_600 });
  });

  it('keeps pollers ready in place of a maximum concurrency', () => {
    const { mapping } = workerOf(template, 'reports');
    expect(mapping.ProvisionedPollerConfig).toEqual({ MinimumPollers: 3, MaximumPollers: 30 });
    expect(mapping.ScalingConfig).toBeUndefined();
  });

  it('is for the architecture and the logs of all functions', () => {
    template.allResourcesProperties(FUNCTION, { Architectures: ['x86_64'] });
    template.allResources('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Delete' });
  });
});

describe('a worker in a VPC', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf((stack) => {
      // by `exactOptionalPropertyTypes` a Vpc is no IVpc
      const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 2 }) as IVpc;
      const securityGroup = new SecurityGroup(stack, 'Group', { vpc });
      return {
        queues: {
          mail: { vpc, vpcSubnets: { subnets: vpc.isolatedSubnets.slice(1) }, securityGroups: [securityGroup] },
        },
      };
    });
  });

  it('stands in its subnets and its security groups, alone', () => {
    const [[group] = []] = Object.entries(template.findResources('AWS::EC2::SecurityGroup'));
    expect(workerOf(template, 'mail').VpcConfig).toEqual({
      SecurityGroupIds: [{ 'Fn::GetAtt': [group, 'GroupId'] }],
      SubnetIds: [{ Ref: expect.stringMatching(/Subnet2/) }], // one of the two
    });
    expect(workerOf(template, 'default').VpcConfig).toBeUndefined();
  });

  it('may make the network interfaces that it stands on', () => {
    const [policy] = roleOf('mail').Policies;
    expect(policy.PolicyDocument.Statement[0].Action).toEqual(
      expect.arrayContaining(['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface']),
    );
    expect(JSON.stringify(roleOf('default'))).not.toContain('ec2:');
  });

  function roleOf(queue: string) {
    const { Role } = workerOf(template, queue);
    return template.findResources('AWS::IAM::Role')[Role['Fn::GetAtt'][0]]?.Properties;
  }
});

describe('which tasks arrive where', () => {
  it('gives every worker the time for a task whose queue depends on its arguments', () => {
    const shards = templateOf({ entry: 'shards' });
    for (const queue of ['default', 'even', 'odd', 'spare']) expect(workerOf(shards, queue).Timeout).toBe(210);
  });

  it('gives a worker the time for tasks that are only sent there by name', () => {
    const asked = templateOf({ queues: { mail: { tasks: ['pay*', 'reports.*'] } } });
    expect(workerOf(asked, 'mail').Timeout).toBe(850);
    expect(workerOf(asked, 'default').Timeout).toBe(60);
  });

  it('gives a retired queue the time for every task', () => {
    expect(workerOf(templateOf({ retired: ['old'] }), 'old').Timeout).toBe(850);
  });
});
