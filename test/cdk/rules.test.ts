import { App, Aspects, CfnResource, type IAspect, RemovalPolicies, Stack, Tags } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { deployed, newStack, templateOf, UNBUNDLED } from './synth.ts';

/** Every kind of resource that the construct makes. */
function everything(stack: Stack) {
  const { tasks } = deployed(
    {
      encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
      retired: ['old'],
      alarms: { topic: new Topic(stack, 'Alarmed', { enforceSSL: true }) },
      dashboard: {},
      queues: {
        mail: { provisionedPollers: { minimum: 2, maximum: 4 } },
        reports: { vpc: Vpc.fromVpcAttributes(stack, 'Vpc', VPC) as IVpc },
      },
      tableOptions: {
        warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 },
        maxThroughput: { writeUnitsPerSecond: 10_000 },
      },
    },
    stack,
  );
  tasks.allowFrom(new Topic(stack, 'Topic', { enforceSSL: true }), 'mail');
  return tasks;
}

const VPC = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a'],
  privateSubnetIds: ['subnet-0123456789abcdef0'],
  privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
};

/** What the AwsSolutions pack of cdk-nag finds in a stack. */
function findings(stack: Stack): readonly string[] {
  const { violations } = new AwsSolutionsChecks(stack.node.root).validateScope(stack);
  return violations.map(({ ruleName }) => ruleName);
}

describe("cdk-nag's AwsSolutions pack", () => {
  it('finds nothing in a plain app', () => {
    expect(findings(deployed().stack)).toEqual([]);
  });

  it('finds nothing in an app with everything', () => {
    const stack = newStack();
    everything(stack);
    expect(findings(stack)).toEqual([]);
  });

  it('still finds what a stack adds: nothing is acknowledged for it', () => {
    const { stack, tasks } = deployed();
    const bucket = new Bucket(stack, 'Bucket', { enforceSSL: true, serverAccessLogsPrefix: 'logs' });
    bucket.grantRead(tasks.worker('mail').grantee);
    expect(findings(stack)).toEqual(
      expect.arrayContaining([
        'AwsSolutions-IAM5[Action::s3:GetObject*]',
        expect.stringMatching(/IAM5\[Resource::.*\/\*\]/),
      ]),
    );
    tasks
      .worker('mail')
      .role.addToPrincipalPolicy(new PolicyStatement({ actions: ['ses:SendEmail'], resources: ['*'] }));
    expect(findings(stack)).toContain('AwsSolutions-IAM5[Resource::*]');
  });
});

describe("CloudFormation's rules, as the CDK has them with errors on", () => {
  const STRICT = {
    '@aws-cdk/core:validateAgainstDefaultRules': true,
    '@aws-cdk/core:strictCfnValidateErrors': true,
    '@aws-cdk/core:failSynthOnValidationErrors': true,
  };
  const strictStack = () => new Stack(new App({ context: { ...UNBUNDLED, ...STRICT } }), 'Stack');

  it('hold for an app with everything', () => {
    const stack = strictStack();
    everything(stack);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });

  it('are looked at: a visibility of a day is refused', () => {
    const stack = strictStack();
    const { tasks } = deployed({}, stack);
    const queue = tasks.queues.get('mail')?.queue.node.defaultChild as CfnResource;
    queue.addPropertyOverride('VisibilityTimeout', 86_400);
    expect(() => (stack.node.root as App).synth()).toThrow();
  });
});

describe('what a stack says of all its resources', () => {
  it('holds for those of the construct: tags', () => {
    const template = templateOf({}, (tasks) => Tags.of(tasks).add('team', 'shop'));
    const tag = [{ Key: 'team', Value: 'shop' }];
    for (const type of [
      'AWS::SQS::Queue',
      'AWS::DynamoDB::Table',
      'AWS::Lambda::Function',
      'AWS::IAM::Role',
      'AWS::Logs::LogGroup',
    ]) {
      template.allResourcesProperties(type, { Tags: tag });
    }
  });

  it('holds for those of the construct: removal policies', () => {
    const template = templateOf({}, (_tasks, stack) => RemovalPolicies.of(stack).destroy());
    template.allResources('AWS::SQS::Queue', { DeletionPolicy: 'Delete' });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  it('holds for those of the construct: aspects', () => {
    const boundary: IAspect = {
      visit(node) {
        if (node instanceof CfnResource && node.cfnResourceType === 'AWS::IAM::Role') {
          node.addPropertyOverride('PermissionsBoundary', 'arn:aws:iam::123456789012:policy/boundary');
        }
      },
    };
    const template = templateOf({}, (tasks) => Aspects.of(tasks).add(boundary));
    template.allResourcesProperties('AWS::IAM::Role', {
      PermissionsBoundary: 'arn:aws:iam::123456789012:policy/boundary',
    });
  });
});

describe('two apps', () => {
  it('of different prefixes stand in one stack', () => {
    const { stack } = deployed();
    deployed({ prefix: 'shop-b' }, stack, 'B');
    Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 2);
  });

  it('of one prefix stand in two accounts', () => {
    const app = new App({ context: UNBUNDLED });
    const [staging, production] = ['1', '2'].map(
      (digit) => new Stack(app, `Stack${digit}`, { env: { account: digit.repeat(12), region: 'eu-west-1' } }),
    );
    deployed({}, staging);
    expect(() => deployed({}, production)).not.toThrow();
  });
});
