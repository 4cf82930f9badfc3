import { createApp, Reject, Retry } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { consoleTelemetry } from '../../src/aws/console-telemetry.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { memoryPorts } from '../../src/memory/memory-ports.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { appDimension, METRICS } from '../../src/ports/metrics.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { lostHandler } from '../../src/worker/lost.ts';
import { NOW_MS } from '../support/connected.ts';
import { emfProblems } from '../support/emf.ts';

const PREFIX = 'digest-';

/** Hands bodies to the real worker, or to the lost function, and answers with the metric lines that it wrote. */
async function linesOf(bodies: readonly unknown[], arn = `${PREFIX}mails`, lost = false) {
  const written: string[] = [];
  const clock = { ...systemClock, now: () => NOW_MS };
  const telemetry = consoleTelemetry({ clock, app: appDimension(PREFIX), write: (line) => void written.push(line) });
  const ports = memoryPorts(new MemoryStore(['mails']), { clock, random: systemRandom, telemetry });
  const names = { physicalPrefix: PREFIX, otherNames: new Map([['legacy', 'mails']]) };
  const parts = { ports, graceMs: 0, exit: () => {}, ...names };
  const handler = lost ? lostHandler(parts) : workerHandler(coreOf(app()), parts);
  const Records = bodies.map((body, i) => ({
    messageId: `m${i}`,
    receiptHandle: `r${i}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(NOW_MS - 5_000) },
    messageAttributes: {},
    eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${arn}`,
  }));
  await handler({ Records }, { getRemainingTimeInMillis: () => 30_000 });
  const lines = written.filter((line) => line.startsWith('{"_aws"'));
  return lines.map((line) => {
    expect(emfProblems(line)).toEqual([]);
    const { _aws, ...values } = JSON.parse(line);
    return values;
  });
}

function app(): object {
  const app = createApp('digest', { queues: { mails: {} } });
  app.task('good', {}, () => null);
  app.task('busy', {}, () => {
    throw new Retry({ countdown: 60 });
  });
  app.task('bad', {}, () => {
    throw new Reject('no');
  });
  app.task('expected', { throws: [RangeError] }, () => {
    throw new RangeError('as expected');
  });
  return app;
}

describe('a batch', () => {
  it('is measured by what came of its records, under the app and the name of the queue', async () => {
    const bodies = [{ task: 'good' }, { task: 'good' }, { task: 'busy' }, { task: 'bad' }, { task: 'expected' }];
    expect(await linesOf(bodies)).toEqual([
      {
        app: 'digest',
        queue: 'mails',
        Records: 5,
        Returned: 1,
        Succeeded: 2,
        Retried: 1,
        Failed: 1,
        FailedAsExpected: 1,
        DeadLettered: 2,
        StartLatency: [5_000, 5_000, 5_000, 5_000, 5_000],
        Duration: [0, 0, 0, 0, 0],
        BatchDuration: 0,
      },
    ]);
  });

  it('counts what waits, is too late, nobody knows and nobody can read', async () => {
    const bodies = [
      { task: 'good', eta: new Date(NOW_MS + 60_000).toISOString() },
      { task: 'good', expires: new Date(NOW_MS - 60_000).toISOString() },
      { task: 'unheard-of' },
      'no JSON',
    ];
    const lines = await linesOf(bodies);
    expect(lines).toMatchObject([{ Deferred: 1, Expired: 1, Failed: 1, DeadLettered: 2 }]);
    expect(lines[0]).not.toHaveProperty(METRICS.duration.name); // none of them ran
  });

  it('is measured under the name that the app has for a queue of another name', async () => {
    expect(await linesOf([{ task: 'good' }], 'legacy')).toMatchObject([{ queue: 'mails', Records: 1, Succeeded: 1 }]);
  });
});

describe('the lost function', () => {
  it('counts what it sends back, and what nobody can read', async () => {
    const lines = await linesOf([{ task: 'good' }, { task: 'unheard-of' }, 'no JSON'], `${PREFIX}mails-lost`, true);
    expect(lines).toEqual([{ app: 'digest', queue: 'mails', SentBack: 2, DeadLettered: 1 }]);
  });
});
