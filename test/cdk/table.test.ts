import { RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { templateOf } from './synth.ts';

const TABLE = 'AWS::DynamoDB::Table';

describe('the table of an app', () => {
  it('is on demand, with the keys that are read, TTL, and stays', () => {
    templateOf().hasResource(TABLE, {
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('has neither backups nor limits nor a key unless asked', () => {
    const [{ Properties } = { Properties: {} }] = Object.values(templateOf().findResources(TABLE));
    expect(Object.keys(Properties).sort()).toEqual([
      'AttributeDefinitions',
      'BillingMode',
      'KeySchema',
      'TimeToLiveSpecification',
    ]);
  });

  it('is made as the options say', () => {
    const template = templateOf((stack) => ({
      encryptionKey: new Key(stack, 'Key'),
      tableOptions: {
        warmThroughput: { readUnitsPerSecond: 20_000, writeUnitsPerSecond: 10_000 },
        maxThroughput: { readUnitsPerSecond: 40_000, writeUnitsPerSecond: 30_000 },
        pointInTimeRecovery: true,
        removalPolicy: RemovalPolicy.DESTROY,
      },
    }));
    template.hasResource(TABLE, {
      Properties: {
        WarmThroughput: { ReadUnitsPerSecond: 20_000, WriteUnitsPerSecond: 10_000 },
        OnDemandThroughput: { MaxReadRequestUnits: 40_000, MaxWriteRequestUnits: 30_000 },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      },
      DeletionPolicy: 'Delete',
    });
    template.allResources('AWS::SQS::Queue', { DeletionPolicy: 'Retain' });
  });

  it('is deleted with the queues where the whole construct is to go', () => {
    templateOf({ removalPolicy: RemovalPolicy.DESTROY }).hasResource(TABLE, { DeletionPolicy: 'Delete' });
  });
});
