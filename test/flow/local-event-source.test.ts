import { afterEach, describe, expect, it } from 'vitest';
import type { LocalOptions } from '../../src/local/local-options.ts';
import type { QueueOptions } from '../../src/task/app-core.ts';
import { type Scripted, startScripted } from './fixtures/scripted.ts';
import { until } from './fixtures/until.ts';

let running: Scripted | undefined;

afterEach(async () => {
  await running?.local.stop();
  running = undefined;
});

async function scripted(options: LocalOptions = {}, queue: QueueOptions = {}): Promise<Scripted> {
  running = await startScripted({ visibilitySeconds: 1, ...options }, queue);
  return running;
}

describe('the event source', () => {
  it('hands over records as Lambda builds them', async () => {
    const { local, send, said } = await scripted();
    await send({ show: true });
    await local.drained();
    const record = said('record')[0]?.record;
    expect(record).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: '{"show":true}',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:scripted-default',
      awsRegion: 'us-east-1',
    });
  });

  it('hands over message attributes', async () => {
    const { local, said } = await scripted();
    await local.ports.broker.send('default', [{ body: '{"show":true}', delaySeconds: 0, attributes: { reason: 'x' } }]);
    await local.drained();
    expect(said('record')[0]?.record).toMatchObject({
      messageAttributes: {
        reason: { stringValue: 'x', dataType: 'String', stringListValues: [], binaryListValues: [] },
      },
      md5OfMessageAttributes: expect.any(String),
    });
  });

  it('gathers batches up to the batch size', async () => {
    const { local, send, said } = await scripted({ concurrency: 1 }, { batchSize: 4 });
    await send(...Array.from({ length: 10 }, (_, say) => ({ say })));
    await local.drained();
    const sizes = said('batch-seen').map((batch) => batch.size as number);
    expect(Math.max(...sizes)).toBe(4);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(10);
  });

  it('deletes what succeeded and leaves what is listed to its visibility timeout', async () => {
    const { local, send, said } = await scripted();
    await send({ say: 'good' }, { say: 'bad', fail: true }, { say: 'good too' });
    const again = await until('the failed one comes back', () =>
      said('seen').find((seen) => (seen.receiveCount as number) === 2),
    );
    expect(again.say).toBe('bad');
    expect(said('seen').filter((seen) => seen.say !== 'bad')).toHaveLength(2);
    expect(await local.depth('default')).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  it('takes a malformed response as a failure of the whole batch', async () => {
    const { local, send, happened } = await scripted({ visibilitySeconds: 30 });
    const answer = { batchItemFailures: [{ itemIdentifier: 'nobody' }] };
    await send({ do: 'answer', answer }, {});
    const [malformed] = await until('it is refused', () => some(happened('malformed-response')));
    expect(malformed).toMatchObject({ queue: 'default', records: 2, response: JSON.stringify(answer) });
    expect(await local.depth('default')).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
  });

  it('leaves a whole batch to its visibility timeout when the function throws, and keeps the environment', async () => {
    const { local, send, said, happened } = await scripted({ visibilitySeconds: 30 });
    await send({ do: 'throw' }, {});
    const [error] = await until('the error', () => some(happened('function-error')));
    expect(error).toMatchObject({ queue: 'default', records: 2, error: expect.stringContaining('told to throw') });
    expect(await local.depth('default')).toEqual({ visible: 0, inFlight: 2, delayed: 0 });
    await send({});
    await until('the next', () => said('batch-seen').length === 2);
    expect(happened('environment-started')).toHaveLength(1);
  });

  it('brings throttled messages back with a higher receive count, and our code has not run', async () => {
    const { local, send, said, happened } = await scripted();
    local.throttle('default', 1);
    await send({}, {});
    await local.drained();
    expect(happened('throttled')).toMatchObject([{ queue: 'default', records: 2 }]);
    expect(said('seen').map((seen) => seen.receiveCount)).toEqual([2, 2]);
  });

  it('never runs more invocations at a time than it may', async () => {
    const { local, send, events } = await scripted({ concurrency: 2 }, { batchSize: 1 });
    await send(...Array.from({ length: 12 }, () => ({ waitMs: 20 })));
    await local.drained();
    let [now, most] = [0, 0];
    for (const event of [...events].sort((a, b) => a.time.localeCompare(b.time))) {
      if (event.kind === 'batch-seen') most = Math.max(most, ++now);
      if (event.kind === 'batch-done') now -= 1;
    }
    expect(most).toBe(2);
    expect(local.environments()).toHaveLength(2);
  });

  it('gives to the lost queue what was received too often', async () => {
    const { local, send, said } = await scripted({ visibilitySeconds: 0 });
    await send({ fail: true });
    await until('it is lost', () => some(said('lost')));
    await local.drained();
    expect(said('seen')).toHaveLength(20);
    expect(said('lost')).toMatchObject([{ body: '{"fail":true}' }]);
  });
});

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
