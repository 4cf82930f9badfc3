import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { total } from '../../../bench/chord/counted-ports.ts';
import { writesAMember } from '../../../bench/chord/counts.ts';
import { runInMemory } from '../../../bench/chord/in-memory.ts';
import { addAlarms } from '../../../cdk/monitoring/alarms.ts';
import { PRICES, type Prices } from '../../../cdk/monitoring/prices.ts';
import { consoleTelemetry } from '../../../src/aws/console-telemetry.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { newId } from '../../../src/base/ids.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { appWorld } from '../../support/app-world.ts';
import * as model from './cost-model.ts';
import { dollars, type Kind } from './cost-model.ts';
import { tinyApp } from './stack.ts';

const PAGE = join(resolve(import.meta.dirname, '../../..'), 'docs/costs.md');
const PLAIN: Kind = { name: 'without a result (`ignoreResult`)', runs: 1, writes: 0 };
const STORED: Kind = { name: 'with its result', runs: 1, writes: 1 };
const MEMBER: Kind = { name: 'a member of a chord', runs: 1, writes: 2.05, reads: 0.1 };
const RETRIED: Kind = { name: 'with its result, retried once', runs: 2, writes: 3 };
const KINDS: readonly Kind[] = [PLAIN, STORED, MEMBER, RETRIED];

/** Replaces a table of the page if it is asked to, or compares it. */
function isInPage(title: string, rows: readonly (readonly string[])[]): void {
  const [head = [], ...rest] = rows;
  const text = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rest].map((row) => `| ${row.join(' | ')} |`);
  const page = readFileSync(PAGE, 'utf8');
  const place = new RegExp(`(<!-- table: ${title} -->\n)[\\s\\S]*?(<!-- end -->)`);
  expect(place.test(page)).toBe(true);
  const written = page.replace(place, (_all, open, close) => `${open}${text.join('\n')}\n${close}`);
  if (process.env.CELERIAC_WRITE_DOCS) writeFileSync(PAGE, written);
  else expect(page).toBe(written);
}

/** Bytes that CloudWatch counts of an invocation with so many tasks: our lines, Lambda's three, and what it adds to each. */
function logBytes(tasks: number): number {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const telemetry = consoleTelemetry({ clock: systemClock, app: 'digest', write });
  for (let i = 0; i < tasks; i++) {
    const of = { queue: 'default', task: 'digest.send', id: newId(systemClock.now(), systemRandom) };
    telemetry.event({ kind: 'started', ...of, retries: 0, waitedMs: 100 });
    telemetry.event({ kind: 'succeeded', ...of, tookMs: 50 });
  }
  telemetry.event({ kind: 'batch', queue: 'default', records: tasks, returned: 0, tookMs: 60 });
  telemetry.flush();
  const ours = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  return ours + model.PLATFORM_BYTES_OF_AN_INVOCATION + (lines.length + 3) * model.BYTES_OF_A_LINE;
}

/** What an alarm of the app, and those of one queue look at. */
function alarmMetrics(): { readonly queue: number; readonly app: number; readonly alarms: number } {
  const { stack, resources } = tinyApp(['mails']);
  addAlarms(stack, resources);
  const found = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  const metrics = found.map(({ Properties }): [string, number] => [
    Properties.AlarmName,
    (Properties.Metrics ?? [{ MetricStat: {} }]).filter((one: object) => 'MetricStat' in one).length,
  ]);
  const sum = (ofQueue: boolean) =>
    metrics.filter(([name]) => name.includes('-mails-') === ofQueue).reduce((all, [, count]) => all + count, 0);
  return { queue: sum(true), app: sum(false), alarms: found.length };
}

const LINES: readonly (readonly [keyof model.Costs, string])[] = [
  ['sqs', 'SQS'],
  ['requests', 'invocations'],
  ['time', 'time'],
  ['table', 'table'],
  ['logs', 'logs'],
];

describe('what a kind of task writes', () => {
  /** Writes of one task for itself, by running it. */
  async function writesOf(kind: 'plain' | 'stored' | 'retried'): Promise<number> {
    const { app, run, store } = appWorld();
    let writes = 0;
    store.onWrite = () => {
      writes += 1;
    };
    let runs = 0;
    const options = { ignoreResult: kind === 'plain', autoretryFor: [Error], defaultRetryDelay: 1 };
    const task = app.task('t', options, () => {
      runs += 1;
      if (kind === 'retried' && runs === 1) throw new Error('busy');
      return 1;
    });
    await run(() => task.delay());
    return writes;
  }

  it('is what is reckoned with', async () => {
    expect(await writesOf('plain')).toBe(PLAIN.writes);
    expect(await writesOf('stored')).toBe(STORED.writes);
    expect(await writesOf('retried')).toBe(RETRIED.writes);
  });

  it('is at most that for a member of a chord, and little more than one where a batch shares its arrival', async () => {
    const apart = await runInMemory({ members: 1_000, batchSize: 1 });
    expect(writesAMember(apart.calls, 1_000)).toBeLessThanOrEqual(MEMBER.writes);
    expect(writesAMember(apart.calls, 1_000)).toBeGreaterThan(MEMBER.writes - 0.05);
    const together = await runInMemory({ members: 1_000 });
    expect(writesAMember(together.calls, 1_000)).toBeLessThan(1.2);
    expect(total(together.calls.reads) / 1_000).toBeLessThan(MEMBER.reads as number);
  });
});

describe('docs/costs.md', () => {
  const page = readFileSync(PAGE, 'utf8').replace(/\s+/g, ' ');

  it('has the prices of the code', () => {
    isInPage('prices', [['', 'price'], ...PRICE_ROWS.map(([key, name]) => [name, textOf(key)])]);
  });

  it.each([
    ['ten', 10],
    ['one', 1],
  ])('has the costs of every kind of task, %s a batch', (name, batch) => {
    const rows = KINDS.map((kind) => {
      const costs = model.costsOf(kind, batch, logBytes(batch));
      return [kind.name, ...LINES.map(([key]) => dollars(costs[key])), `**${dollars(model.totalOf(costs))}**`];
    });
    isInPage(`kinds ${name}`, [['a million tasks', ...LINES.map(([, title]) => title), '**together**'], ...rows]);
  });

  it('shows the arithmetic of a task with its result, line by line', () => {
    const [batch, bytes] = [10, logBytes(10)];
    const costs = model.costsOf(STORED, batch, bytes);
    const gbSeconds = (1e6 / batch) * model.TASK_SECONDS * model.MEMORY_GB;
    isInPage('lines', [
      ['', 'how much', 'dollars'],
      [
        'SQS: send, receive, delete, a tenth of a request each',
        `${count((model.requestsOf(STORED) / batch) * 1e6)} requests × ${textOf('sqsRequest')}`,
        dollars(costs.sqs),
      ],
      ['invocations', `${count(1e6 / batch)} × ${textOf('lambdaRequest')}`, dollars(costs.requests)],
      [
        'their time: 50 ms with half a gigabyte',
        `${count(gbSeconds)} GB-s × ${textOf('lambdaGbSecondArm')}`,
        dollars(costs.time),
      ],
      ['table', `${count(STORED.writes * 1e6)} writes × ${textOf('dynamoWrite')}`, dollars(costs.table)],
      ['logs', `${count(1e6 / batch)} × ${count(bytes)} bytes × ${textOf('logsGb')} a GB`, dollars(costs.logs)],
      ['together', '', `**${dollars(model.totalOf(costs))}**`],
    ]);
  });

  it('has what time and memory cost', () => {
    const sizes = [256, 512, 1_769, 3_008];
    const row = (memory: number) => [
      `${memory.toLocaleString('en-US')} MB`,
      ...[0.05, 1].flatMap((seconds) => [10, 1].map((together) => dollars(model.timeOf(memory, seconds, together)))),
    ];
    const head = ['memory', '50 ms, ten side by side', '50 ms, alone', '1 s, ten side by side', '1 s, alone'];
    isInPage('time', [head, ...sizes.map(row)]);
  });

  it('has what an app costs in a month in which nothing happens', () => {
    const metrics = alarmMetrics();
    const { polls, alarms } = model.idleQueue(metrics.queue);
    const ofApp = metrics.app * PRICES.alarmMetricMonth;
    const row = (queues: number) => {
      const parts = [queues * polls, queues * alarms + ofApp, PRICES.dashboardMonth];
      return [
        `${queues} ${queues === 1 ? 'queue' : 'queues'}`,
        ...parts.map(dollars),
        `**${dollars(parts.reduce((a, b) => a + b))}**`,
      ];
    };
    isInPage('idle', [['an app with', 'polls', 'alarms', 'dashboard', '**together**'], ...[1, 3, 10].map(row)]);
    expect(page).toContain(`${dollars(alarms)} a queue and ${dollars(ofApp)} an app`);
    expect(page).toContain(`${metrics.queue} metrics a queue and ${metrics.app} of the app`);
    expect(page).toContain(`${count(model.pollsOf(5))} receives a month, ${dollars(polls / 2)}`);
    expect(page).toContain(`${count(model.pollsOf(2))}, ${dollars(model.pollsOf(2) * PRICES.sqsRequest)}`);
  });

  it('has what a month of work adds', () => {
    const looks = model.looksOfAMonth();
    expect(page).toContain(`${count(looks)} reads a month, ${dollars(looks * PRICES.dynamoRead)}`);
    expect(page).toContain(`five metrics, ${dollars(5 * PRICES.metricMonth)} a queue`);
    expect(page).toContain(`fourteen, ${dollars(14 * PRICES.metricMonth)}`);
    expect(page).toContain(`six a task: fifty tasks are ${dollars(50 * 6 * PRICES.metricMonth)} at most`);
  });
});

/** A price as the page has it: by the million where it is small, to the last digit by the GB-second. */
function textOf(key: keyof Prices): string {
  const price = PRICES[key];
  if (key.startsWith('lambdaGb')) return `$${price.toFixed(10)}`;
  if (price >= 0.01) return dollars(price);
  return `$${(price * 1e6).toFixed(3).replace(/0$/, '')} a million`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** In the order of the page. */
const PRICE_ROWS: readonly (readonly [keyof Prices, string])[] = [
  ['sqsRequest', 'SQS, a request of up to 64 KB'],
  ['lambdaRequest', 'Lambda, an invocation'],
  ['lambdaGbSecondArm', 'Lambda, a gigabyte for a second, arm64'],
  ['lambdaGbSecondX86', 'Lambda, a gigabyte for a second, x86_64'],
  ['dynamoWrite', 'DynamoDB on demand, 1 KB written'],
  ['dynamoRead', 'DynamoDB on demand, 4 KB read consistently'],
  ['dynamoGbMonth', 'DynamoDB, a gigabyte for a month'],
  ['logsGb', 'CloudWatch Logs, a gigabyte written'],
  ['logsGbMonth', 'CloudWatch Logs, a gigabyte kept for a month'],
  ['metricMonth', 'CloudWatch, a metric of our own for a month'],
  ['alarmMetricMonth', 'CloudWatch, a metric that an alarm looks at, for a month'],
  ['dashboardMonth', 'CloudWatch, a dashboard for a month'],
];
