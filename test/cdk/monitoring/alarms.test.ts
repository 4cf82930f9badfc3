import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import type { AlarmProps, QueueAlarmProps } from '../../../cdk/monitoring/alarm-props.ts';
import { APP_ALARMS, QUEUE_ALARMS } from '../../../cdk/monitoring/alarm-spec.ts';
import { addAlarms } from '../../../cdk/monitoring/alarms.ts';
import { taskMetricOf } from '../../../cdk/monitoring/metrics.ts';
import { PRICES } from '../../../cdk/monitoring/prices.ts';
import type { QueueResources } from '../../../cdk/resources.ts';
import { ConfigurationError } from '../../../src/base/errors.ts';
import { ENV } from '../../../src/env.ts';
import { METRICS, TASK_METRICS } from '../../../src/ports/metrics.ts';
import { evaluated, unknownWords } from './metric-math.ts';
import { tinyApp } from './stack.ts';
import { keyOf, writtenMetrics } from './written-metrics.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const DAY = 86_400;

interface MetricStat {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  };
  readonly Period: number;
  readonly Stat: string;
  readonly Unit?: string;
}

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly Period?: number;
  readonly Metrics?: readonly { readonly Id: string; readonly Expression?: string; readonly MetricStat?: MetricStat }[];
  readonly [name: string]: unknown;
}

function alarmsOf(props: AlarmProps = {}, own: Partial<QueueResources> = {}, names?: readonly string[]) {
  const { stack, resources } = tinyApp(names, own);
  addAlarms(stack, resources, props);
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  return new Map(Object.values(found).map(({ Properties }) => [Properties.AlarmName as string, Properties as Alarm]));
}

/** The metrics that an alarm looks at, each as one. */
function statsOf(alarm: Alarm): readonly MetricStat[] {
  if (alarm.Metrics) return alarm.Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic, Unit } = alarm;
  const metric = { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic ?? ExtendedStatistic, Unit };
  return [metric as MetricStat];
}

/** `Namespace/Name statistic of what it measures`, each. */
function textsOf(alarm: Alarm): string[] {
  return statsOf(alarm).map(({ Metric: { Namespace, MetricName, Dimensions }, Stat }) => {
    const of = Dimensions.map(({ Value }) => (typeof Value === 'string' ? Value : logicalId(Value)));
    return `${Namespace}/${MetricName} ${Stat} of ${of.join(' ')}`;
  });
}

function logicalId(value: unknown): string {
  return JSON.stringify(value).replace(/.*"(mails\w*?)[0-9A-F]{8}".*/, '$1');
}

const MAILS = 'digest-staging-mails-';
const PERIOD = 300;
const QUARTER = 900;

describe('the alarms of a queue', () => {
  const alarms = alarmsOf();

  it('are there for every queue, and those of the app once', () => {
    const names = ['default', 'mails'].flatMap((queue) =>
      QUEUE_ALARMS.map((name) => `digest-staging-${queue}-${name}`),
    );
    expect([...alarms.keys()].sort()).toEqual([...names, ...APP_ALARMS.map((name) => `digest-staging-${name}`)].sort());
  });

  it.each<[(typeof QUEUE_ALARMS)[number], string[], threshold: number, period: number, periods: number, of: number]>([
    ['dead-letters', ['AWS/SQS/ApproximateNumberOfMessagesVisible Maximum of mailsdlq'], 1, 60, 1, 1],
    ['dead-letters-expire', ['AWS/SQS/ApproximateAgeOfOldestMessage Maximum of mailsdlq'], 7 * DAY, PERIOD, 1, 1],
    ['sent-back', ['Celeriac/SentBack Sum of digest-staging mails'], 1, PERIOD, 1, 1],
    ['lost-unread', ['AWS/SQS/ApproximateNumberOfMessagesVisible Minimum of mailslost'], 1, PERIOD, 3, 3],
    ['oldest-message', ['AWS/SQS/ApproximateAgeOfOldestMessage Maximum of mails'], 1_800, PERIOD, 3, 3],
    ['messages-expire', ['AWS/SQS/ApproximateAgeOfOldestMessage Maximum of mails'], 7 * DAY, PERIOD, 1, 1],
    ['start-latency', ['Celeriac/StartLatency p99 of digest-staging mails'], 300_000, PERIOD, 3, 3],
    ['worker-errors', ['AWS/Lambda/Errors Sum of worker-mails'], 4, QUARTER, 1, 2],
    ['worker-timeouts', ['AWS/Lambda/Duration Maximum of worker-mails'], 69_000, PERIOD, 4, 12],
    ['worker-throttles', ['AWS/Lambda/Throttles Sum of worker-mails'], 1, PERIOD, 3, 3],
    [
      'stuck',
      ['AWS/SQS/ApproximateNumberOfMessagesVisible Minimum of mails', 'AWS/SQS/NumberOfMessagesReceived Sum of mails'],
      1,
      PERIOD,
      3,
      3,
    ],
    ['in-flight', ['AWS/SQS/ApproximateNumberOfMessagesNotVisible Maximum of mails'], 96_000, PERIOD, 1, 1],
    [
      'failure-ratio',
      ['Celeriac/Failed Sum of digest-staging mails', 'Celeriac/Succeeded Sum of digest-staging mails'],
      10,
      QUARTER,
      1,
      1,
    ],
  ])('%s looks at %j, at %d', (name, metrics, threshold, period, periods, of) => {
    const alarm = alarms.get(MAILS + name) as Alarm;
    expect(textsOf(alarm)).toEqual(metrics);
    expect(new Set(statsOf(alarm).map(({ Period }) => Period))).toEqual(new Set([period]));
    expect(alarm).toMatchObject({
      Threshold: threshold,
      DatapointsToAlarm: periods,
      EvaluationPeriods: of,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it.each([
    [
      'table-throttles',
      ['AWS/DynamoDB/ReadThrottleEvents Sum of digest-table', 'AWS/DynamoDB/WriteThrottleEvents Sum of digest-table'],
      10,
      3,
      3,
    ],
    ['lost-errors', ['AWS/Lambda/Errors Sum of lost-fn'], 3, 1, 2],
  ])('%s of the app looks at %j, at %d', (name, metrics, threshold, periods, of) => {
    const alarm = alarms.get(`digest-staging-${name}`) as Alarm;
    expect(textsOf(alarm)).toEqual(metrics);
    expect(alarm).toMatchObject({ Threshold: threshold, DatapointsToAlarm: periods, EvaluationPeriods: of });
  });

  it('look as far back as a long invocation takes: Lambda dates what it tells to the begin', () => {
    const long = alarmsOf({}, { timeout: Duration.minutes(15) });
    expect(long.get(`${MAILS}worker-errors`)).toMatchObject({ EvaluationPeriods: 2, Period: QUARTER });
    expect(long.get(`${MAILS}worker-timeouts`)).toMatchObject({ EvaluationPeriods: 12, Threshold: 899_000 });
    expect(long.get(`${MAILS}stuck`)).toMatchObject({ EvaluationPeriods: 5, DatapointsToAlarm: 5 });
  });

  it('look at what the worker really writes, in its unit', () => {
    const written = writtenMetrics('https://sqs.us-east-1.amazonaws.com/123456789012/digest-staging-', [
      'default',
      'mails',
    ]);
    const own = [...alarms.values()].flatMap(statsOf).filter(({ Metric }) => Metric.Namespace === 'Celeriac');
    expect(own).toHaveLength(8);
    for (const { Metric, Unit } of own) {
      const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
      expect(written.get(keyOf(Metric.Namespace, Metric.MetricName, dimensions)), Metric.MetricName).toBe(Unit);
    }
  });

  it('have expressions whose every word is a metric of theirs, and no more metrics than CloudWatch takes', () => {
    for (const { AlarmName, Metrics = [] } of alarms.values()) {
      const ids = Metrics.filter(({ MetricStat }) => MetricStat).map(({ Id }) => Id);
      expect(ids.length, AlarmName).toBeLessThanOrEqual(10);
      expect(ids.filter((id) => !/^[a-z]\w*$/.test(id))).toEqual([]);
      for (const { Expression } of Metrics) expect(unknownWords(Expression ?? '', ids)).toEqual([]);
    }
  });

  it('look back no further than CloudWatch does', () => {
    const longest = alarmsOf({ stuck: Duration.days(1), workerTimeouts: 12 }, { timeout: Duration.minutes(15) });
    for (const alarm of longest.values()) {
      const period = statsOf(alarm)[0]?.Period as number;
      expect(alarm.EvaluationPeriods * period, alarm.AlarmName).toBeLessThanOrEqual(DAY);
      expect(alarm.DatapointsToAlarm).toBeLessThanOrEqual(alarm.EvaluationPeriods);
    }
  });
});

describe('an expression', () => {
  const alarms = alarmsOf({ failureRatio: 25, failureRatioOf: 8 });
  const resultOf = (name: string, values: Record<string, number>) => {
    const { Metrics = [], Threshold } = alarms.get(name) as Alarm;
    const expression = Metrics.find(({ Expression }) => Expression)?.Expression ?? '';
    const ids = Metrics.flatMap(({ Id, MetricStat }) => (MetricStat ? Id : []));
    const value = evaluated(expression, ids, values);
    return [value, value !== undefined && value >= Threshold];
  };

  it.each([
    [{ visible: 3, received: 0 }, true],
    [{ visible: 3 }, true],
    [{ visible: 100_000, received: 1 }, false],
    [{ visible: 0, received: 0 }, false],
    [{ received: 10 }, false],
  ])('takes a queue with %j for stuck: %s', (values, breaches) => {
    expect(resultOf(`${MAILS}stuck`, values)[1]).toBe(breaches);
  });

  it.each([
    [{ failed: 2, succeeded: 6 }, 25, true],
    [{ failed: 8 }, 100, true],
    [{ failed: 7 }, 0, false],
    [{ failed: 1, succeeded: 9 }, 10, false],
    [{ succeeded: 100 }, 0, false],
    [{}, 0, false],
  ])('makes of %j failed %d percent', (values, percent, breaches) => {
    expect(resultOf(`${MAILS}failure-ratio`, values)).toEqual([percent, breaches]);
  });

  it.each([
    [{ reads: 10 }, true],
    [{ writes: 10 }, true],
    [{ reads: 4, writes: 5 }, false],
  ])('takes a table with %j throttled for short of capacity: %s', (values, breaches) => {
    expect(resultOf('digest-staging-table-throttles', values)[1]).toBe(breaches);
  });
});

describe('thresholds', () => {
  const minutes = Duration.minutes(20);
  const GIVEN: readonly (readonly [keyof QueueAlarmProps, number | Duration, object])[] = [
    ['deadLetters', 7, { Threshold: 7 }],
    ['deadLettersExpire', minutes, { Threshold: 1_200 }],
    ['sentBack', 7, { Threshold: 7 }],
    ['lostUnread', 7, { Threshold: 7 }],
    ['oldestMessage', minutes, { Threshold: 1_200 }],
    ['messagesExpire', minutes, { Threshold: 1_200 }],
    ['startLatency', minutes, { Threshold: 1_200_000 }],
    ['workerErrors', 7, { Threshold: 7 }],
    ['workerTimeouts', 7, { DatapointsToAlarm: 7 }],
    ['workerThrottles', 7, { Threshold: 7 }],
    ['stuck', minutes, { EvaluationPeriods: 4, DatapointsToAlarm: 4 }],
    ['inFlight', 7, { Threshold: 7 }],
    ['failureRatio', 7, { Threshold: 7 }],
  ];
  const nameOf = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const everything = Object.fromEntries(GIVEN.map(([key, value]) => [key, value]));
  const nothing = Object.fromEntries(GIVEN.map(([key]) => [key, false]));
  const defaults = alarmsOf();
  const all = alarmsOf(everything);
  const one = alarmsOf({ queues: { mails: everything } });

  it('can be set for every alarm of a queue', () => {
    expect(GIVEN.map(([key]) => nameOf(key)).sort()).toEqual([...QUEUE_ALARMS].sort());
  });

  it.each(GIVEN)('%s is taken for all queues, or for one', (key, _value, expected) => {
    expect(all.get(`digest-staging-default-${nameOf(key)}`)).toMatchObject(expected);
    expect(one.get(MAILS + nameOf(key))).toMatchObject(expected);
    expect(one.get(`digest-staging-default-${nameOf(key)}`)).not.toMatchObject(expected);
  });

  it.each([...GIVEN.map(([key]) => key), 'tableThrottles', 'lostErrors'])(
    '%s: false leaves that alarm out, and no other',
    (key) => {
      const left = alarmsOf({ [key]: false });
      const gone = [...defaults.keys()].filter((name) => !left.has(name));
      expect(gone.every((name) => name.endsWith(`-${nameOf(key)}`))).toBe(true);
      expect(gone).toHaveLength(key === 'tableThrottles' || key === 'lostErrors' ? 1 : 2);
    },
  );

  it('of a queue win over those of all', () => {
    const alarms = alarmsOf({ sentBack: 7, deadLetters: false, queues: { mails: { sentBack: 3, deadLetters: 2 } } });
    expect(alarms.get(`${MAILS}sent-back`)).toMatchObject({ Threshold: 3 });
    expect(alarms.get(`${MAILS}dead-letters`)).toMatchObject({ Threshold: 2 });
    expect(alarms.get('digest-staging-default-sent-back')).toMatchObject({ Threshold: 7 });
    expect(alarms.has('digest-staging-default-dead-letters')).toBe(false);
  });

  it('of one queue can leave all of its alarms out', () => {
    expect([...alarmsOf({ queues: { mails: nothing } }).keys()].filter((name) => name.startsWith(MAILS))).toEqual([]);
  });

  it('of the app can be set', () => {
    const alarms = alarmsOf({ tableThrottles: 7, lostErrors: 8 });
    expect(alarms.get('digest-staging-table-throttles')).toMatchObject({ Threshold: 7 });
    expect(alarms.get('digest-staging-lost-errors')).toMatchObject({ Threshold: 8 });
  });

  it('takes the tasks of which a ratio is made', () => {
    const { Metrics = [] } = alarmsOf({ failureRatioOf: 7 }).get(`${MAILS}failure-ratio`) as Alarm;
    expect(Metrics.find(({ Expression }) => Expression)?.Expression).toContain('>= 7,');
  });

  it.each<[AlarmProps, RegExp]>([
    [{ deadLetters: 0 }, /`deadLetters` must be 1 or more, got 0; use false for no such alarm/],
    [{ deadLetters: Number.NaN }, /`deadLetters` must be 1 or more, got NaN/],
    [{ failureRatio: 101 }, /`failureRatio` must be 1 to 100, got 101/],
    [{ inFlight: 130_000 }, /`inFlight` must be 1 to 120,000, got 130000/],
    [{ workerTimeouts: 13 }, /`workerTimeouts` must be 1 to 12, got 13/],
    [{ stuck: Duration.days(2) }, /`stuck` must be 5 minutes to 1 day, got 2 days/],
    [{ oldestMessage: Duration.days(15) }, /`oldestMessage` must be 1 minute to 14 days, got 15 days/],
    [{ queues: { mails: { sentBack: -1 } } }, /`queues.mails.sentBack` must be 1 or more, got -1/],
    [{ queues: { mail: {} } }, /there is no queue `mail`; there are default, mails/],
  ])('refuses %j', (props, text) => {
    expect(() => alarmsOf(props)).toThrow(ConfigurationError);
    expect(() => alarmsOf(props)).toThrow(text);
  });

  it('tells of all mistakes at once', () => {
    expect(() => alarmsOf({ deadLetters: 0, queues: { mails: { sentBack: 0 } } })).toThrow(
      /deadLetters.*queues\.mails\.sentBack/s,
    );
  });
});

describe('actions', () => {
  function told(props: (topic: Topic) => AlarmProps) {
    const { stack, resources } = tinyApp(['mails']);
    addAlarms(stack, resources, props(new Topic(stack, 'Topic')));
    return { stack, template: Template.fromStack(stack) };
  }

  it('are taken by every alarm, and again when it is over', () => {
    const { template } = told((topic) => ({ topic }));
    const ref = { Ref: Match.stringLikeRegexp('^Topic') };
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [ref], OKActions: [ref] });
  });

  it('may be any, besides the topic', () => {
    const custom = { bind: () => ({ alarmActionArn: 'arn:aws:lambda:us-east-1:123456789012:function:page' }) };
    const { template } = told((topic) => ({ topic, actions: [custom], tellWhenOver: false }));
    const both = [{ Ref: Match.anyValue() }, 'arn:aws:lambda:us-east-1:123456789012:function:page'];
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: both, OKActions: Match.absent() });
  });

  it('are missed aloud', () => {
    const { stack } = told(() => ({}));
    Annotations.fromStack(stack).hasWarning('/Tiny/Alarms', Match.stringLikeRegexp('tell nobody'));
    expect(Annotations.fromStack(told((topic) => ({ topic })).stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

describe('a description', () => {
  it.each([...alarmsOf()])('of %s says what it means, what to do first, and where more stands', (name, alarm) => {
    const heading = [...QUEUE_ALARMS, ...APP_ALARMS].filter((end) => name.endsWith(`-${end}`)).at(0);
    expect(alarm.AlarmDescription).toMatch(
      /^[A-Z].{40,}\. First: [A-Z].{20,} See docs\/operations\.md#[a-z-]+ of celeriac\.$/s,
    );
    expect(alarm.AlarmDescription).toContain(`docs/operations.md#${heading} `);
    expect(alarm.AlarmDescription.length).toBeLessThanOrEqual(1_024);
  });
});

describe('what they cost', () => {
  const costOf = (alarms: Iterable<Alarm>) =>
    `$${([...alarms].flatMap(statsOf).length * PRICES.alarmMetricMonth).toFixed(2)}`;
  const alarms = [...alarmsOf({}, {}, ['mails']).values()];
  const ofQueue = alarms.filter(({ AlarmName }) => AlarmName.startsWith(MAILS));
  const ofApp = alarms.filter(({ AlarmName }) => !AlarmName.startsWith(MAILS));

  it.each(['cdk/monitoring/alarm-props.ts', 'docs/operations.md', 'docs/costs.md'])('is what %s says', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(text).toContain(`${costOf(ofQueue)} a queue and ${costOf(ofApp)} an app`);
  });
});

describe('docs/operations.md', () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const section = page.slice(page.indexOf('## Alarms'), page.indexOf('\n## ', page.indexOf('## Alarms') + 1));

  it('has every alarm under its name, and no other', () => {
    const headings = [...section.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual([...QUEUE_ALARMS, ...APP_ALARMS]);
  });

  it('says of each when it goes off, what it means and what to do first', () => {
    for (const text of section.split(/^### /m).slice(1)) {
      expect(text, text.split('\n')[0]).toMatch(/\*\*When\*\* .+\*\*Means\*\* .+\*\*First\*\* /s);
    }
  });

  it('names the prop of each', () => {
    const props = readFileSync(join(ROOT, 'cdk/monitoring/alarm-props.ts'), 'utf8');
    const keys = [...props.matchAll(/readonly (\w+)\?/g)].map(([, key]) => key as string);
    expect(keys.filter((key) => !page.includes(`\`${key}`))).toEqual([]);
  });
});

describe('the metrics in docs/operations.md', () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

  it('are those of the code, in their units', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| `(\w+)` \| /gm)].map(([, name, unit]) => ({ name, unit }));
    expect(rows).toEqual(Object.values(METRICS));
  });

  it('by task are those of the code', () => {
    const [, list = ''] = /^By task as well, [\s\S]*?`task`, are ([\s\S]*?), where/m.exec(page) ?? [];
    expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(
      TASK_METRICS.map((key) => METRICS[key].name),
    );
    expect(page).toContain(`\`${ENV.metricsByTask}=1\``);
  });
});

describe('a metric by task', () => {
  it('is one that the worker writes where it is asked to', () => {
    const metric = taskMetricOf({ prefix: 'digest' }, 'digest.send', 'failed');
    expect(metric.dimensions).toEqual({ app: 'digest', task: 'digest.send' });
    expect([metric.namespace, metric.metricName, metric.statistic]).toEqual(['Celeriac', 'Failed', 'Sum']);
  });
});
