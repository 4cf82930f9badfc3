import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { TABLE } from '../../src/aws/table.ts';
import { ENV, readEnv } from '../../src/env.ts';
import { METRIC_DIMENSIONS, METRICS, METRICS_NAMESPACE } from '../../src/ports/metrics.ts';
import { deadLetterQueueOf, lostQueueOf, ownNameOf } from '../../src/ports/queue-names.ts';
import { resolved } from './resolve.ts';
import { deployed, templateOf } from './synth.ts';

let template: Template;
let variables: readonly Record<string, string>[];
beforeAll(() => {
  template = templateOf({ environment: { SMTP_URL: 'smtp://mail' } });
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  variables = functions.map(
    ({ Properties }) => resolved(template, Properties.Environment.Variables) as Record<string, string>,
  );
});

describe('what the construct writes and the code reads', () => {
  it('are the same variables', () => {
    for (const all of variables) {
      const { queuePrefix, table, queueUrls } = readEnv(all);
      expect(queuePrefix).toBe('https://sqs.eu-west-1.amazonaws.com/123456789012/shop-');
      expect(table).toBe(Object.keys(template.findResources('AWS::DynamoDB::Table'))[0]);
      expect(queueUrls).toEqual({});
    }
    expect(variables.map((all) => readEnv(all).checkMapping)).toEqual([true, true, true, true, true]);
  });

  it('are no other variables of ours', () => {
    const names = new Set(variables.flatMap(Object.keys).filter((name) => name.startsWith('CELERIAC_')));
    expect([...names].filter((name) => !(Object.values(ENV) as string[]).includes(name))).toEqual([]);
  });

  it('are the same names of queues', () => {
    const names = Object.values(template.findResources('AWS::SQS::Queue')).map(
      ({ Properties }) => Properties.QueueName,
    );
    const own = ['default', 'mail', 'payments', 'reports'].flatMap((name) => [
      name,
      lostQueueOf(name),
      deadLetterQueueOf(name),
    ]);
    expect(names.map((name) => ownNameOf(name, { physicalPrefix: 'shop-' })).sort()).toEqual(own.sort());
  });

  it('are the same attributes of the table', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: TABLE.partitionKey, KeyType: 'HASH' },
        { AttributeName: TABLE.sortKey, KeyType: 'RANGE' },
      ],
      TimeToLiveSpecification: { AttributeName: TABLE.ttl, Enabled: true },
    });
  });
});

describe('the metrics of a queue', () => {
  const { tasks } = deployed({ prefix: 'shop-test' });
  const written = {
    namespace: METRICS_NAMESPACE,
    dimensions: { [METRIC_DIMENSIONS.app]: 'shop-test', [METRIC_DIMENSIONS.queue]: 'mail' },
  };

  it.each([
    ['metricSucceeded', METRICS.succeeded.name, 'Sum'],
    ['metricFailed', METRICS.failed.name, 'Sum'],
    ['metricRetried', METRICS.retried.name, 'Sum'],
    ['metricSentBack', METRICS.sentBack.name, 'Sum'],
    ['metricStartLatency', METRICS.startLatency.name, 'p99'],
    ['metricDuration', METRICS.duration.name, 'p99'],
  ] as const)('%s is what the worker writes as %s', (method, metricName, statistic) => {
    expect(tasks[method]('mail')).toMatchObject({ ...written, metricName, statistic });
    expect(tasks[method]('mail', { statistic: 'Average' })).toMatchObject({ statistic: 'Average' });
  });

  it.each([
    ['metricWaiting', 'ApproximateNumberOfMessagesVisible', 'queue'],
    ['metricInFlight', 'ApproximateNumberOfMessagesNotVisible', 'queue'],
    ['metricOldestMessage', 'ApproximateAgeOfOldestMessage', 'queue'],
    ['metricDeadLetters', 'ApproximateNumberOfMessagesVisible', 'dlq'],
  ] as const)('%s is what SQS measures as %s of the %s', (method, metricName, which) => {
    const QueueName = tasks.queues.get('mail')?.[which].queueName;
    expect(tasks[method]('mail')).toMatchObject({ namespace: 'AWS/SQS', metricName, dimensions: { QueueName } });
  });
});

describe('alarms and dashboard', () => {
  it('are made where they are asked for, and the dashboard shows the alarms', () => {
    const watched = templateOf({ alarms: { queues: { mail: { deadLetters: 5 } } }, dashboard: { name: 'Shop' } });
    watched.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: Match.stringLikeRegexp('shop-mail'),
      Threshold: 5,
    });
    watched.hasResourceProperties('AWS::CloudWatch::Dashboard', {
      DashboardName: 'Shop',
      DashboardBody: { 'Fn::Join': Match.arrayWith([Match.arrayWith([Match.stringLikeRegexp('"type":"alarm"')])]) },
    });
  });

  it('are not made unasked', () => {
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });
});
