import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { addAlarms } from '../../../cdk/monitoring/alarms.ts';
import { addDashboard, type DashboardProps } from '../../../cdk/monitoring/dashboard.ts';
import type { QueueResources } from '../../../cdk/resources.ts';
import { evaluated, unknownWords } from './metric-math.ts';
import { tinyApp } from './stack.ts';
import { keyOf, writtenMetrics } from './written-metrics.ts';

type Line = readonly (string | { readonly [option: string]: unknown })[];

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title: string;
    readonly metrics?: readonly Line[];
    readonly alarms?: readonly unknown[];
    readonly period?: number;
    readonly annotations?: unknown;
    readonly yAxis?: Readonly<Record<'left' | 'right', { readonly label: string; readonly min: number }>>;
  };
}

interface Making extends DashboardProps {
  readonly queues?: readonly string[];
  readonly own?: Partial<QueueResources>;
  readonly withAlarms?: boolean;
}

/** The dashboard as CloudWatch gets it; what CloudFormation fills in stands as `@`. */
function dashboard({ queues = ['default', 'mails'], own, withAlarms = false, ...props }: Making = {}) {
  const { stack, resources } = tinyApp(queues, own);
  const alarms = withAlarms ? { alarms: addAlarms(stack, resources) } : {};
  addDashboard(stack, resources, { ...alarms, ...props });
  const [found] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const { DashboardBody, DashboardName } = found?.Properties ?? {};
  const parts: readonly unknown[] = DashboardBody['Fn::Join'][1];
  const body = parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
  const { widgets, ...settings } = JSON.parse(body) as { readonly widgets: Widget[]; readonly [name: string]: unknown };
  return { name: DashboardName as string, widgets, settings, size: Buffer.byteLength(body) };
}

/** Of a queue its logical id, so that two queues stay apart. */
function nameOf(part: unknown): string {
  return JSON.stringify(part).replace(/\W+/g, ' ').trim();
}

function widgetOf(title: string, making?: Making): Widget {
  const found = dashboard(making).widgets.find(({ properties }) => properties.title.startsWith(title));
  if (!found) throw new Error(`no widget ${title}`);
  return found;
}

const optionsOf = (line: Line): Readonly<Record<string, unknown>> =>
  line.filter((part) => typeof part === 'object')[0] ?? {};
const idsOf = ({ properties: { metrics = [] } }: Widget) =>
  metrics.flatMap((line) => (optionsOf(line).id as string) ?? []);
const expressionsOf = ({ properties: { metrics = [] } }: Widget) =>
  metrics.flatMap((line) => (optionsOf(line).expression as string) ?? []);

describe('the dashboard', () => {
  const { name, widgets, size } = dashboard({ withAlarms: true });

  it('shows first how late each queue is, and then what may be the cause', () => {
    expect(widgets.map(({ properties }) => properties.title)).toEqual([
      'default: depth and start latency',
      'mails: depth and start latency',
      'Time until a queue is empty at its net rate (no line: it does not shrink)',
      'Duration of an attempt, p50',
      'Duration of an attempt, p99',
      'Succeeded',
      'Retries',
      'Failures',
      'Dead letters that wait',
      'Sent back from lost queues',
      'Concurrency, of the maximum of each queue',
      'Table: capacity consumed',
      'Table: throttled requests',
      'Estimated cost of the workers',
      'Estimated cost of the queues (at most)',
      'Estimated cost of the table (without storage)',
      'Alarms',
    ]);
  });

  it('is called like the queues, unless it has a name', () => {
    expect(name).toBe('digest-staging');
    expect(dashboard({ name: 'mine' }).name).toBe('mine');
  });

  it('opens with the time that is asked for', () => {
    expect(dashboard({ defaultInterval: Duration.hours(12) }).settings).toEqual({ start: '-PT12H' });
    expect(dashboard().settings).toEqual({});
  });

  it('puts depth and latency of a queue into one graph, each with its axis', () => {
    const { properties } = widgets[0] as Widget;
    expect(properties.metrics?.map((line) => [optionsOf(line).label, optionsOf(line).yAxis ?? 'left'])).toEqual([
      ['visible', 'left'],
      ['in flight', 'left'],
      ['delayed', 'left'],
      ['start latency p50', 'right'],
      [undefined, 'left'],
      ['start latency p99', 'right'],
      [undefined, 'left'],
    ]);
    expect(properties.yAxis).toMatchObject({
      left: { label: 'messages', min: 0 },
      right: { label: 'seconds', min: 0 },
    });
  });

  it('has a grid of at most three graphs in a row, which fills its width', () => {
    const widths = (count: number) => {
      const queues = ['default', 'b', 'c', 'd', 'e'].slice(0, count);
      return dashboard({ queues })
        .widgets.slice(0, count)
        .map(({ x, width }) => [x, width]);
    };
    expect(widths(1)).toEqual([[0, 24]]);
    expect(widths(2)).toEqual([
      [0, 12],
      [12, 12],
    ]);
    expect(widths(5)).toEqual([
      [0, 8],
      [8, 8],
      [16, 8],
      [0, 8],
      [8, 8],
    ]);
  });

  it('names the axis of every graph, and draws no graph over another', () => {
    const graphs = widgets.filter(({ properties }) => properties.metrics);
    expect(graphs.filter(({ properties }) => !properties.yAxis?.left.label)).toEqual([]);
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, i) => `${x + (i % width)},${y + Math.floor(i / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24);
  });

  it('searches for nothing: every word of an expression is a metric of its graph', () => {
    for (const widget of widgets) {
      const ids = idsOf(widget);
      expect(new Set(ids).size, widget.properties.title).toBe(ids.length);
      expect(ids.filter((id) => !/^[a-z]\w*$/.test(id))).toEqual([]);
      expect(expressionsOf(widget).flatMap((expression) => unknownWords(expression, ids))).toEqual([]);
    }
    expect(JSON.stringify(widgets)).not.toContain('SEARCH');
  });

  it('shows what the worker really writes', () => {
    const prefix = 'https://sqs.us-east-1.amazonaws.com/123456789012/digest-staging-';
    const written = writtenMetrics(prefix, ['default', 'mails']);
    const own = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([namespace]) => namespace === 'Celeriac');
    expect(own).toHaveLength(2 * 2 + 2 * 2 + 4 * 2);
    for (const [namespace, metric, ...pairs] of own) {
      const texts = pairs.filter((part) => typeof part === 'string');
      const dimensions = { [texts[0] as string]: texts[1], [texts[2] as string]: texts[3] };
      expect(written.has(keyOf(namespace as string, metric as string, dimensions)), metric as string).toBe(true);
    }
  });

  it('shows the state of every alarm', () => {
    expect(widgets.at(-1)).toMatchObject({ type: 'alarm', properties: { title: 'Alarms' } });
    expect(widgets.at(-1)?.properties.alarms).toHaveLength(2 * 13 + 2);
  });

  it('is small enough for CloudFormation', () => {
    expect(size).toBeLessThan(100_000);
  });
});

describe('concurrency', () => {
  it('is shown in percent of the maximum', () => {
    const widget = widgetOf('Concurrency');
    expect(expressionsOf(widget)).toEqual(['100 * running0 / 20', '100 * running1 / 20']);
    expect(widget.properties.yAxis?.left.label).toBe('%');
    expect(widget.properties.annotations).toEqual({ horizontal: [{ value: 100, label: 'maximum', yAxis: 'left' }] });
  });

  it('is shown in invocations where pollers are provisioned: they have no maximum', () => {
    const { stack, resources } = tinyApp(['mails']);
    const { maxConcurrency: _none, ...mails } = resources.queues.get('mails') as QueueResources;
    addDashboard(stack, { ...resources, queues: new Map([['mails', mails]]) });
    const body = JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    expect(body).toContain('Concurrency of queues with provisioned pollers');
    expect(body).not.toContain('of the maximum');
  });
});

describe('the drain time', () => {
  const widget = widgetOf('Time until', { queues: ['mails'] });
  const [expression = ''] = expressionsOf(widget);
  const minutes = (values: Record<string, number>) => evaluated(expression, idsOf(widget), values);

  it('is depth by net rate', () => {
    expect(minutes({ visible0: 200, flying0: 100, deleted0: 600, sent0: 300 })).toBe(5);
    expect(minutes({ visible0: 300, deleted0: 300 })).toBe(5);
  });

  it('is nothing where the queue does not shrink', () => {
    expect(minutes({ visible0: 300, deleted0: 300, sent0: 300 })).toBeUndefined();
    expect(minutes({ visible0: 300, deleted0: 300, sent0: 301 })).toBeUndefined();
    expect(minutes({})).toBeUndefined();
  });
});

describe('the estimate of costs', () => {
  const cost = (title: string, values: Record<string, number>, making: Making = {}) => {
    const widget = widgetOf(title, { queues: ['mails'], ...making });
    return evaluated(expressionsOf(widget)[0] ?? '', idsOf(widget), values, 3_600);
  };

  it('counts memory, time and requests of a worker', () => {
    // a million calls of 500 ms with half a gigabyte are 250,000 GB-seconds
    const load = { ms0: 500_000_000, calls0: 1_000_000 };
    expect(cost('Estimated cost of the workers', load)).toBeCloseTo(250_000 * 0.0000133334 + 0.2, 6);
    expect(cost('Estimated cost of the workers', load, { own: { memorySize: 1_024 } })).toBeCloseTo(
      500_000 * 0.0000133334 + 0.2,
      6,
    );
  });

  it('counts every request to SQS and every unit of the table', () => {
    const messages = { sent0: 1e6, received0: 1e6, deleted0: 1e6, empty0: 1e6 };
    expect(cost('Estimated cost of the queues', messages)).toBeCloseTo(1.6, 6);
    expect(cost('Estimated cost of the table', { written: 1e6, readUnits: 1e6 })).toBeCloseTo(0.75, 6);
  });

  it('takes the prices that it is given', () => {
    const prices = { sqsRequest: 1e-6, dynamoWrite: 2e-6 };
    expect(cost('Estimated cost of the queues', { sent0: 1e6 }, { prices })).toBeCloseTo(1, 6);
    expect(cost('Estimated cost of the table', { written: 1e6, readUnits: 1e6 }, { prices })).toBeCloseTo(2.125, 6);
  });

  it('is drawn by the hour', () => {
    expect(widgetOf('Estimated cost of the workers').properties.period).toBe(3_600);
  });
});

describe('an app of sixty queues, as many as a stack takes', () => {
  it('has no graph with more metrics than CloudWatch draws', () => {
    const queues = Array.from({ length: 60 }, (_, i) => `q${i}`);
    const { widgets, size } = dashboard({ queues });
    expect(Math.max(...widgets.map(({ properties }) => properties.metrics?.length ?? 0))).toBeLessThanOrEqual(500);
    expect(size).toBeLessThan(1_000_000);
  });
});
