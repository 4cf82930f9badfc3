import { describe, expect, it } from 'vitest';
import { consoleTelemetry } from '../../src/aws/console-telemetry.ts';
import { systemClock } from '../../src/base/clock.ts';
import type { LogLine, TaskEvent } from '../../src/ports/telemetry.ts';
import { EVENTS, FIELDS, telemetryContract } from './telemetry-contract.ts';

const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 1) };

function gathering(level: LogLine['level'] = 'info') {
  const lines: string[] = [];
  const telemetry = consoleTelemetry({ clock, app: 'digest', level, write: (line) => void lines.push(line) });
  return { lines, telemetry, read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

telemetryContract('console', () => gathering('debug').telemetry);

describe('console telemetry', () => {
  it.each(Object.keys(FIELDS))('writes one line of JSON for fields with %s', (fields) => {
    const { lines, telemetry } = gathering();
    telemetry.log({ level: 'warn', message: 'm', task: 't', id: 'i', fields: FIELDS[fields] as object });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(lines[0] as string)).toMatchObject({ level: 'warn', message: 'm', task: 't', id: 'i' });
  });

  it('keeps what can be read beside what cannot', () => {
    const { telemetry, read } = gathering();
    telemetry.log({ level: 'info', message: 'm', fields: { a: 1n, b: new Error('no'), c: FIELDS['a cycle'] } });
    const fields = { a: '1', b: 'Error: no', c: { inner: { outer: '[cycle]' } } };
    expect(read()).toEqual([{ time: '2026-01-01T00:00:00.000Z', level: 'info', message: 'm', fields }]);
  });

  it('does not take a value that stands twice for a cycle', () => {
    const { telemetry, read } = gathering();
    const twice = { a: 1 };
    telemetry.log({ level: 'info', message: 'm', fields: { one: [twice, twice], two: twice } });
    expect(read()[0]?.fields).toEqual({ one: [twice, twice], two: twice });
  });

  it.each(Object.keys(EVENTS) as TaskEvent['kind'][])(
    'names the event "%s" with its fields and nothing more',
    (kind) => {
      const { telemetry, read } = gathering('debug');
      telemetry.event(EVENTS[kind]);
      const { kind: event, ...fields } = EVENTS[kind];
      expect(read()).toEqual([{ time: expect.any(String), level: expect.any(String), event, ...fields }]);
    },
  );

  it('gives an expected failure a lower level than another', () => {
    const { telemetry, read } = gathering();
    telemetry.event(EVENTS.failed);
    telemetry.event({ ...EVENTS.failed, expected: true });
    expect(read().map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('leaves out lines below its level, but counts them', () => {
    const { telemetry, lines, read } = gathering('error');
    telemetry.event(EVENTS.succeeded);
    telemetry.log({ level: 'warn', message: 'm' });
    expect(lines).toEqual([]);
    telemetry.flush();
    expect(read()).toMatchObject([{ queue: 'default', Succeeded: 1 }]);
  });

  it('writes the metrics of a batch as one line a queue, once', () => {
    const { telemetry, lines, read } = gathering('error');
    for (const kind of ['started', 'succeeded', 'succeeded', 'batch'] as const) telemetry.event(EVENTS[kind]);
    telemetry.event({ ...EVENTS.succeeded, queue: 'other' });
    telemetry.flush();
    telemetry.flush();
    expect(lines).toHaveLength(2);
    expect(read()[0]).toEqual({
      _aws: {
        Timestamp: clock.now(),
        CloudWatchMetrics: [
          {
            Namespace: 'Celeriac',
            Dimensions: [['app', 'queue']],
            Metrics: [
              { Name: 'Succeeded', Unit: 'Count' },
              { Name: 'Records', Unit: 'Count' },
              { Name: 'Returned', Unit: 'Count' },
              { Name: 'StartLatency', Unit: 'Milliseconds' },
              { Name: 'Duration', Unit: 'Milliseconds' },
              { Name: 'BatchDuration', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      app: 'digest',
      queue: 'default',
      Succeeded: 2,
      Records: 10,
      Returned: 1,
      StartLatency: 12,
      Duration: [7, 7],
      BatchDuration: 40,
    });
    expect(read()[1]).toMatchObject({ app: 'digest', queue: 'other', Succeeded: 1 });
  });
});
