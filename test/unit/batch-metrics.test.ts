import { describe, expect, it } from 'vitest';
import { BatchMetrics } from '../../src/aws/batch-metrics.ts';
import { appDimension, METRICS, type MetricKey } from '../../src/ports/metrics.ts';
import type { TaskEvent } from '../../src/ports/telemetry.ts';
import { EVENTS } from '../contract/telemetry-contract.ts';
import { emfProblems } from '../support/emf.ts';

type Line = Record<string, number | number[] | string>;

function measured(events: readonly TaskEvent[], byTask = false): Line[] {
  const metrics = new BatchMetrics({ app: 'digest', byTask });
  for (const event of events) metrics.count(event);
  return metrics.take(1_000) as Line[];
}

/** Names and values, without what stands in every line. */
function values(lines: readonly Line[]): object {
  const [{ _aws, app, queue, ...rest } = {} as Line] = lines;
  return rest;
}

describe('the metrics of a batch', () => {
  it.each<[TaskEvent['kind'], Partial<TaskEvent>, Line]>([
    ['started', {}, { StartLatency: 12 }],
    ['succeeded', {}, { Succeeded: 1, Duration: 7 }],
    ['retrying', {}, { Retried: 1, Duration: 7 }],
    ['failed', {}, { Failed: 1, Duration: 7 }],
    ['failed', { expected: true }, { FailedAsExpected: 1, Duration: 7 }],
    ['revoked', {}, { Expired: 1 }],
    ['revoked', { why: 'revoked' }, { Revoked: 1 }],
    ['ignored', {}, { Duration: 7 }],
    ['replaced', {}, { Duration: 7 }],
    ['deferred', {}, { Deferred: 1 }],
    ['dropped', {}, {}],
    ['settled-again', {}, {}],
    ['sent-back', {}, { SentBack: 1 }],
    ['dead-lettered', {}, { DeadLettered: 1 }],
    ['unreadable', {}, { DeadLettered: 1 }],
    ['batch', {}, { Records: 10, Returned: 1, BatchDuration: 40 }],
    ['batch', { returned: 0 }, { Records: 10, BatchDuration: 40 }],
  ])('of "%s" %j are %j', (kind, changed, expected) => {
    expect(values(measured([{ ...EVENTS[kind], ...changed } as TaskEvent]))).toEqual(expected);
  });

  it('have no duration of a task that failed without having run', () => {
    const { tookMs: _tookMs, ...unrun } = EVENTS.failed;
    expect(values(measured([unrun]))).toEqual({ Failed: 1 });
  });

  it('are each of those that are named, and no others', () => {
    const all = [...Object.values(EVENTS), { ...EVENTS.failed, expected: true }, { ...EVENTS.revoked, why: 'revoked' }];
    const written = Object.keys(values(measured(all as TaskEvent[])));
    expect(written.sort()).toEqual(
      Object.values(METRICS)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('are valid lines, of every event, a thousand tasks and names from elsewhere', () => {
    const started = Array.from({ length: 1_000 }, (_, i) => ({ ...EVENTS.started, waitedMs: i }));
    const odd = ['ünïcode', ':colon', ' ', 'x'.repeat(3_000)].map((task) => ({ ...EVENTS.started, task }));
    const lines = measured([...Object.values(EVENTS), ...started, ...odd], true);
    expect(lines).toHaveLength(1 + 1 + 4);
    expect(lines.flatMap((line) => emfProblems(JSON.stringify(line)))).toEqual([]);
  });

  it('keep percentiles of more values than a line may have, the least and the greatest among them', () => {
    const shuffled = Array.from({ length: 1_000 }, (_, i) => (i * 7) % 1_000);
    const [line] = measured(shuffled.map((waitedMs) => ({ ...EVENTS.started, waitedMs })));
    const kept = line?.StartLatency as number[];
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([100, 0, 999]);
    expect(Math.abs((kept[50] as number) - 500)).toBeLessThan(10);
  });

  it('keep every value of a batch of a hundred', () => {
    const [line] = measured(Array.from({ length: 100 }, (_, waitedMs) => ({ ...EVENTS.started, waitedMs })));
    expect(new Set(line?.StartLatency as number[]).size).toBe(100);
  });

  it('are zero again once they are taken', () => {
    const metrics = new BatchMetrics({ app: 'digest', byTask: true });
    metrics.count(EVENTS.started);
    expect(metrics.take(0)).toHaveLength(2);
    expect(metrics.take(0)).toEqual([]);
  });
});

describe('metrics by task', () => {
  const run = [EVENTS.started, EVENTS.succeeded] as const;
  const other = run.map((event) => ({ ...event, task: 'digest.other', queue: 'slow' }));

  it('are not written unless asked for', () => {
    expect(measured([...run, ...other]).map(({ queue, task }) => [queue, task])).toEqual([
      ['default', undefined],
      ['slow', undefined],
    ]);
  });

  it('are a line a task besides the queues', () => {
    const lines = measured([...run, ...other, EVENTS.batch], true);
    expect(lines.map(({ queue, task }) => task ?? queue)).toEqual(['default', 'slow', 'digest.send', 'digest.other']);
    const { _aws, ...values } = lines[2] as Line & { readonly _aws: unknown };
    expect(values).toEqual({ app: 'digest', task: 'digest.send', Succeeded: 1, StartLatency: 12, Duration: 7 });
    expect(_aws).toMatchObject({ CloudWatchMetrics: [{ Dimensions: [['app', 'task']] }] });
  });

  it('are not written of a task that did not begin: anybody may have put its name into a message', () => {
    expect(measured([{ ...EVENTS.failed, task: 'no.such' }], true)).toHaveLength(1);
  });
});

describe('the dimension app', () => {
  it.each([
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/digest-', 'digest'],
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/digest-staging-', 'digest-staging'],
    ['digest-', 'digest'],
    ['http://127.0.0.1:4566/000000000000/', 'celeriac'],
  ])('of %s is %s', (prefix, app) => {
    expect(appDimension(prefix)).toBe(app);
  });
});

describe('the check of the embedded metric format', () => {
  const line = (change: object, of: MetricKey = 'records') => {
    const { name, unit } = METRICS[of];
    const directive = {
      Namespace: 'N',
      Dimensions: [['app']],
      Metrics: [{ Name: name, Unit: unit }],
      ...change,
    };
    return JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [directive] }, app: 'a', [name]: 1, ...change });
  };

  it('takes a right line', () => {
    expect(emfProblems(line({}))).toEqual([]);
  });

  it.each([
    [{ Metrics: [{ Name: 'Records', Unit: 'Pieces' }] }],
    [{ Metrics: [{ Name: 'Missing' }] }],
    [{ Metrics: [] }],
    [{ Dimensions: [['queue']] }],
    [{ Dimensions: [Array.from({ length: 31 }, () => 'app')] }],
    [{ Records: Array.from({ length: 101 }, () => 1) }],
    [{ Records: '1' }],
    [{ app: '' }],
    [{ app: 'ä' }],
    [{ Namespace: '' }],
  ])('refuses %j', (change) => {
    expect(emfProblems(line(change))).not.toEqual([]);
  });
});
