import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { chain, createApp } from 'celeriac';
import { createLostWorker, createWorker } from 'celeriac/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  LOST_MAX_RECEIVE_COUNT,
  MAX_RECEIVE_COUNT,
  SQS_MAX_DELAY_SECONDS,
  SQS_RETENTION_SECONDS,
} from '../../src/base/limits.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../support/embedded.ts';
import { arnOf, attributesOf, deliverOne, moved, receiveOne } from './worked-queue.ts';

const QUEUES = ['numbers', 'given-up', 'sent-back', 'charged', 'lonely'] as const;
type Queue = (typeof QUEUES)[number];

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
  await Promise.all(QUEUES.map((queue) => aws.createQueues(queue)));
});
afterAll(() => aws?.stop());

let shopIsDown = true;
const app = createApp('shop', {
  queues: Object.fromEntries(QUEUES.map((name) => [name, {}])) as Record<Queue, object>,
});
const charge = app.task('shop.charge', {}, async (order: number) => {
  if (shopIsDown) throw new Error('the shop is down');
  return order * 2;
});
const thank = app.task('shop.thank', {}, async (paid: number) => `thank you for ${paid}`);
const worker = createWorker(app);

describe('a queue, its lost queue and its dead-letter queue', () => {
  it('keep messages for two weeks, and hand on what was received as often as the protocol says', async () => {
    const [queue, lost] = ['numbers', lostQueueOf('numbers')];
    const dead = deadLetterQueueOf('numbers');
    const all = await Promise.all([queue, lost, dead].map((name) => attributesOf(aws, name)));
    expect(all.map(({ MessageRetentionPeriod }) => Number(MessageRetentionPeriod))).toEqual(
      Array(3).fill(SQS_RETENTION_SECONDS),
    );
    const policies = all.map(({ RedrivePolicy }) => RedrivePolicy && JSON.parse(RedrivePolicy));
    expect(policies.map((policy) => policy && [policy.deadLetterTargetArn, Number(policy.maxReceiveCount)])).toEqual([
      [all[1]?.QueueArn, MAX_RECEIVE_COUNT],
      [all[2]?.QueueArn, LOST_MAX_RECEIVE_COUNT],
      undefined,
    ]);
  });
});

describe('a message that nobody deletes', () => {
  it('goes to the lost queue, then to the dead letters, and runs when it is moved back', async () => {
    const queue = 'given-up';
    const [lost, dead] = [lostQueueOf(queue), deadLetterQueueOf(queue)];
    const handle = await thank.applyAsync([7], { queue });
    for (let receives = 1; receives <= MAX_RECEIVE_COUNT; receives++) {
      expect(await receiveOne(aws, queue, 0)).toBeDefined();
    }
    expect(await receiveOne(aws, queue, 0)).toBeUndefined();

    await lowerLostCount(queue, 2);
    const given = await receiveOne(aws, lost, 0);
    expect(given?.Attributes?.DeadLetterQueueSourceArn).toBe(await arnOf(aws, queue));
    expect(await receiveOne(aws, lost, 0)).toBeDefined();
    expect(await receiveOne(aws, lost, 0)).toBeUndefined();
    const letter = await receiveOne(aws, dead, 0);
    expect(letter?.Attributes?.DeadLetterQueueSourceArn).toBe(await arnOf(aws, lost));
    expect(letter?.Body).toBe(given?.Body);
    // without a destination it goes back to where it came from: no worker reads that
    expect(await moved(aws, dead, undefined)).toMatchObject({ Status: 'COMPLETED' });
    expect((await receiveOne(aws, lost, 0))?.Body).toBe(given?.Body);
    for (const there of [true, false]) expect((await receiveOne(aws, lost, 0)) !== undefined).toBe(there);

    const task = await moved(aws, dead, queue);
    expect(task).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 });
    expect(task.DestinationArn).toBe(await arnOf(aws, queue));
    expect(await deliverOne(aws, queue, worker)).toMatchObject({ done: true });
    expect(await handle.get({ timeout: 5 })).toBe('thank you for 7');
    expect(await receiveOne(aws, dead, 0)).toBeUndefined();
  });

  it('is sent back from the lost queue a quarter of an hour later, by a function without its code', async () => {
    const queue = 'sent-back';
    await thank.applyAsync([8], { queue });
    for (let receives = 1; receives <= MAX_RECEIVE_COUNT + 1; receives++) await receiveOne(aws, queue, 0);
    expect(await deliverOne(aws, lostQueueOf(queue), createLostWorker())).toMatchObject({ done: true });
    const counts = await attributesOf(aws, queue);
    expect(counts).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesDelayed: '1' });
    expect(SQS_MAX_DELAY_SECONDS).toBe(15 * 60);
    expect(await receiveOne(aws, lostQueueOf(queue), 0)).toBeUndefined();
  });
});

describe('a dead letter that the worker has sent', () => {
  it('resumes its workflow in a new round when it is moved to its queue as custom destination', async () => {
    const queue = 'charged';
    const dead = deadLetterQueueOf(queue);
    const handle = await chain(charge.s(21), thank.s()).applyAsync([], { queue });
    await deliverOne(aws, queue, worker);
    expect(await handle.state()).toBe('FAILURE');
    const letter = await receiveOne(aws, dead, 0);
    expect(letter?.MessageAttributes?.reason?.StringValue).toBe('permanent');
    expect(letter?.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');

    shopIsDown = false;
    expect(await moved(aws, dead, queue)).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 });
    const { message } = await deliverOne(aws, queue, worker);
    expect(JSON.parse(message.Body ?? '')).toMatchObject({ round: 1, redriven: true });
    const { message: next } = await deliverOne(aws, queue, worker);
    expect(JSON.parse(next.Body ?? '')).toMatchObject({ task: 'shop.thank', round: 1 });
    expect(await handle.get({ timeout: 5 })).toBe('thank you for 42');
    expect(await receiveOne(aws, queue, 0)).toBeUndefined();
    expect(await receiveOne(aws, dead, 0)).toBeUndefined();
  });

  it('stays where it is when no destination is told, since SQS knows of none', async () => {
    const queue = 'lonely';
    const dead = deadLetterQueueOf(queue);
    shopIsDown = true;
    await charge.applyAsync([1], { queue });
    await deliverOne(aws, queue, worker);
    expect(await moved(aws, dead, undefined)).toMatchObject({ Status: 'FAILED' });
    expect(await attributesOf(aws, queue)).toMatchObject({ ApproximateNumberOfMessages: '0' });
    await expect.poll(() => receiveOne(aws, dead, 0), { timeout: 5_000 }).toBeDefined();
  });
});

/** A thousand receives would take long. */
async function lowerLostCount(queue: string, maxReceiveCount: number): Promise<void> {
  const deadLetterTargetArn = await arnOf(aws, deadLetterQueueOf(queue));
  const Attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) };
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl: aws.queuePrefix + lostQueueOf(queue), Attributes }));
}
