import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import { templateOf } from './synth.ts';

const QUEUE = 'AWS::SQS::Queue';
const NAMES = ['default', 'mail', 'payments', 'reports'];

/** The queue of a name, with its logical id. */
function queueOf(template: Template, QueueName: string) {
  const [found] = Object.entries(template.findResources(QUEUE, { Properties: { QueueName } }));
  if (!found) throw new Error(`there is no queue ${QueueName}`);
  const [id, { Properties, DeletionPolicy, UpdateReplacePolicy }] = found;
  return { id, ...Properties, DeletionPolicy, UpdateReplacePolicy };
}

describe('the queues of an app', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf();
  });

  it('are three for each that the app declares, and for default', () => {
    const names = Object.values(template.findResources(QUEUE)).map(({ Properties }) => Properties.QueueName);
    expect(names.sort()).toEqual(NAMES.flatMap((name) => [`shop-${name}`, `shop-${name}-dlq`, `shop-${name}-lost`]));
  });

  it.each(NAMES)(
    'redrive %s to its lost queue after 20 receives, and that to its dead-letter queue after 1,000',
    (name) => {
      const [work, lost, dlq] = ['', '-lost', '-dlq'].map((end) => queueOf(template, `shop-${name}${end}`));
      expect(work?.RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': [lost?.id, 'Arn'] },
        maxReceiveCount: 20,
      });
      expect(lost?.RedrivePolicy).toEqual({
        deadLetterTargetArn: { 'Fn::GetAtt': [dlq?.id, 'Arn'] },
        maxReceiveCount: 1_000,
      });
      expect(dlq?.RedrivePolicy).toBeUndefined();
    },
  );

  it('keep messages for 14 days, encrypted, and are kept themselves', () => {
    template.allResources(QUEUE, {
      Properties: Match.objectLike({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true }),
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('each refuse whoever comes without TLS', () => {
    const policies = Object.values(template.findResources('AWS::SQS::QueuePolicy'));
    const guarded = policies.flatMap(({ Properties }) => {
      const [statement] = Properties.PolicyDocument.Statement;
      expect(statement).toMatchObject({
        Effect: 'Deny',
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      });
      return Properties.Queues.map(({ Ref }: { Ref: string }) => Ref);
    });
    expect(guarded.sort()).toEqual(Object.keys(template.findResources(QUEUE)).sort());
  });

  it.each([
    ['default', 60 + 60], // no task has a time limit: the shortest timeout
    ['payments', 130 + 60], // its task may take two minutes, and then ten seconds to say so
    ['reports', 850 + 60],
  ])('hide a message of %s for %i seconds: the timeout of its worker and a minute', (name, seconds) => {
    expect(queueOf(template, `shop-${name}`).VisibilityTimeout).toBe(seconds);
  });

  it('hide a lost message for two minutes', () => {
    for (const name of NAMES) expect(queueOf(template, `shop-${name}-lost`).VisibilityTimeout).toBe(120);
  });
});

describe('what a stack says of the queues', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf((stack) => ({
      prefix: 'shop-staging',
      encryptionKey: new Key(stack, 'Key'),
      removalPolicy: RemovalPolicy.DESTROY,
      retired: ['newsletter'],
    }));
  });

  it('gives them another prefix', () => {
    const names = Object.values(template.findResources(QUEUE)).map(({ Properties }) => Properties.QueueName as string);
    expect(names).toHaveLength(15);
    expect(names.filter((name) => !name.startsWith('shop-staging-'))).toEqual([]);
  });

  it('gives them a key', () => {
    const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
    template.allResourcesProperties(QUEUE, { KmsMasterKeyId: { 'Fn::GetAtt': [key, 'Arn'] } });
  });

  it('gives them another removal policy', () => {
    template.allResources(QUEUE, { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });
});

describe('a retired queue', () => {
  it('is there as before, but is deleted when it leaves the list', () => {
    const template = templateOf({ retired: ['newsletter'] });
    for (const end of ['', '-lost', '-dlq']) {
      expect(queueOf(template, `shop-newsletter${end}`)).toMatchObject({ DeletionPolicy: 'Delete' });
      expect(queueOf(template, `shop-mail${end}`)).toMatchObject({ DeletionPolicy: 'Retain' });
    }
  });
});
