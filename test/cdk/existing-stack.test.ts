import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolved } from './resolve.ts';

const FOLDER = join(import.meta.dirname, '../../examples/existing-stack');
const QUEUE = 'AWS::SQS::Queue';
const FUNCTION = 'AWS::Lambda::Function';
const PREFIX = 'https://sqs.eu-west-1.amazonaws.com/123456789012/shop-';

let out: string;
let template: Template;

/** As the command line of the CDK does it, but asking for no account and nothing outside. */
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'existing-stack-'));
  const { app } = JSON.parse(readFileSync(join(FOLDER, 'cdk.json'), 'utf8')) as { readonly app: string };
  const ran = spawnSync(app, { cwd: FOLDER, shell: true, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: out } });
  if (ran.status !== 0) throw new Error(ran.stdout + ran.stderr);
  template = Template.fromJSON(JSON.parse(readFileSync(join(out, 'Shop.template.json'), 'utf8')));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** The logical id of the one resource that has these properties. */
function idOf(type: string, Properties: object): string {
  const ids = Object.keys(template.findResources(type, { Properties }));
  expect(ids).toHaveLength(1);
  return ids[0] as string;
}

function workerOf(queue: string): string {
  return idOf(FUNCTION, { Description: `Worker of queue ${queue} of the task app shop` });
}

function apiId(): string {
  const [id = ''] = Object.keys(template.findResources(FUNCTION)).filter((found) => found.startsWith('ShopApi'));
  return id;
}

function propertiesOf(id: string) {
  return template.toJSON().Resources[id].Properties;
}

/** Everything that a function may do by its policies, as `action resource`. */
function allowedTo(functionId: string): readonly string[] {
  const [roleId] = propertiesOf(functionId).Role['Fn::GetAtt'];
  const policies = Object.values(
    template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: roleId }] } }),
  );
  return policies.flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(({ Action, Resource }: { Action: string[]; Resource: unknown }) =>
      [Action].flat().flatMap((action) => [resolved(template, Resource)].flat().map((on) => `${action} ${on}`)),
    ),
  );
}

describe('examples/existing-stack', () => {
  it('is synthesized without a warning', () => {
    const notes = ['Shop.metadata.json', 'manifest.json'].map((file) => readFileSync(join(out, file), 'utf8')).join();
    expect(notes).toContain('aws:cdk:');
    expect(notes.match(/aws:cdk:(?:warning|error)[^}]*/g)).toBeNull();
    expect(JSON.parse(readFileSync(join(out, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
  });

  it('has files of at most sixty lines', () => {
    const files = ['src', 'src/payments', 'cdk'].flatMap((part) =>
      readdirSync(join(FOLDER, part))
        .map((file) => join(FOLDER, part, file))
        .filter((path) => path.endsWith('.ts')),
    );
    expect(files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 61)).toEqual([]);
    expect(files).toHaveLength(8);
  });

  it('keeps the queue that was there, under its name, and puts a lost and a dead-letter queue behind it', () => {
    const names = Object.values(template.findResources(QUEUE)).map(({ Properties }) => Properties.QueueName);
    expect(names.sort()).toEqual([
      'checkout-payments-v2',
      ...['default', 'default-dlq', 'default-lost', 'payments-dlq', 'payments-lost'].map((name) => `shop-${name}`),
    ]);
    template.hasResourceProperties(QUEUE, {
      QueueName: 'checkout-payments-v2',
      VisibilityTimeout: 120,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [idOf(QUEUE, { QueueName: 'shop-payments-lost' }), 'Arn'] },
        maxReceiveCount: 20,
      },
    });
  });

  it('gives that queue to its worker, one message at a time, four at the most', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [idOf(QUEUE, { QueueName: 'checkout-payments-v2' }), 'Arn'] },
      FunctionName: { Ref: workerOf('payments') },
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 4 },
    });
  });

  it('makes no table, and lets the workers use the one that was there', () => {
    const [table] = Object.keys(template.findResources('AWS::DynamoDB::Table'));
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    expect(allowedTo(workerOf('default'))).toContain(`dynamodb:UpdateItem arn:AWS::DynamoDB::Table:${table}`);
    template.hasResourceProperties(FUNCTION, {
      Description: Match.stringLikeRegexp('queue default'),
      Environment: { Variables: Match.objectLike({ CELERIAC_TABLE: { Ref: table } }) },
    });
  });

  it('puts the workers into the network, and reaches SQS, DynamoDB and S3 from there', () => {
    for (const queue of ['default', 'payments']) {
      template.hasResourceProperties(FUNCTION, {
        Description: Match.stringLikeRegexp(`Worker of queue ${queue}`),
        VpcConfig: Match.objectLike({ SubnetIds: [Match.anyValue(), Match.anyValue()] }),
      });
    }
    const services = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(({ Properties }) =>
      resolved(template, Properties.ServiceName),
    );
    expect(services.sort()).toEqual(['dynamodb', 's3', 'sqs'].map((service) => `com.amazonaws.eu-west-1.${service}`));
  });

  it('tells the API where tasks are, the queue of another name too', () => {
    const variables = resolved(template, propertiesOf(apiId()).Environment.Variables) as Record<string, string>;
    expect(variables.CELERIAC_QUEUE_PREFIX).toBe(PREFIX);
    expect(JSON.parse(variables.CELERIAC_QUEUE_URLS ?? '')).toEqual({
      payments: 'https://sqs.eu-west-1.amazonaws.com/123456789012/checkout-payments-v2',
    });
  });

  it('lets the API send to the queue of its task, and to no other', () => {
    const sends = allowedTo(apiId()).filter((allowed) => allowed.startsWith('sqs:'));
    expect(sends).toEqual(['sqs:SendMessage arn:AWS::SQS::Queue:shop-default']);
  });

  it('bundles for the queue of payments the code of payments only', () => {
    const has = (queue: string, text: string) => {
      const [asset] = (propertiesOf(workerOf(queue)).Code.S3Key as string).split('.');
      return readFileSync(join(out, `asset.${asset}`, 'index.mjs'), 'utf8').includes(text);
    };
    expect(has('default', 'GetObjectCommand')).toBe(true);
    expect(has('payments', 'idempotency-key')).toBe(true);
    expect(has('payments', 'GetObjectCommand')).toBe(false);
  });

  it('lets the worker read what is uploaded, and nobody else', () => {
    const reads = (queue: string) => allowedTo(workerOf(queue)).filter((allowed) => allowed.startsWith('s3:GetObject'));
    expect(reads('default')).toHaveLength(2);
    expect(reads('payments')).toEqual([]);
  });

  it('has an upload put a bare message on the queue of its task', () => {
    const [ruleId = ''] = Object.keys(template.findResources('AWS::Events::Rule'));
    const [target] = propertiesOf(ruleId).Targets;
    expect(target.Arn).toEqual({ 'Fn::GetAtt': [idOf(QUEUE, { QueueName: 'shop-default' }), 'Arn'] });
    expect(target.InputTransformer.InputTemplate).toBe('{"task":"stock.import","args":[<detail-object-key>]}');
  });

  it("lets the rule and the warehouse's topic, and no other of these services, send to it", () => {
    const [policy] = Object.values(
      template.findResources('AWS::SQS::QueuePolicy', {
        Properties: { Queues: [{ Ref: idOf(QUEUE, { QueueName: 'shop-default' }) }] },
      }),
    );
    const senders = policy?.Properties.PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    ).map(
      ({
        Principal,
        Condition,
      }: {
        Principal: { Service: string };
        Condition: { ArnLike?: object; ArnEquals?: object };
      }) => [Principal.Service, { ...Condition.ArnLike, ...Condition.ArnEquals }],
    );
    expect(senders).toEqual([
      ['events.amazonaws.com', { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^Uploaded/), 'Arn'] } }],
      ['sns.amazonaws.com', { 'aws:SourceArn': 'arn:aws:sns:eu-central-1:111122223333:stock' }],
    ]);
  });
});
