import { describe, expect, it } from 'vitest';
import { gatherBatch } from '../../src/local/gather-batch.ts';
import type { ReceivedMessage } from '../../src/local/queue-client.ts';

/** A queue that answers each receive with as many messages as said, and notes what it was asked. */
function queueOf(...answers: readonly number[]) {
  const asked: { max: number; waitSeconds: number }[] = [];
  const left = [...answers];
  const receive = async (max: number, waitSeconds: number) => {
    asked.push({ max, waitSeconds });
    return Array.from({ length: left.shift() ?? 0 }, message);
  };
  return { asked, receive };
}

function message(): ReceivedMessage {
  return { MessageId: 'm', ReceiptHandle: 'r', Body: 'body', MD5OfBody: '' };
}

describe('gathering a batch', () => {
  it('takes what one receive gives if there is no window', async () => {
    const queue = queueOf(3, 5);
    expect(await gatherBatch(queue, { batchSize: 10, windowMs: 0 })).toHaveLength(3);
    expect(queue.asked).toEqual([{ max: 10, waitSeconds: 20 }]);
  });

  it('asks for no more than fits', async () => {
    const queue = queueOf(4);
    await gatherBatch(queue, { batchSize: 4, windowMs: 1_000 });
    expect(queue.asked).toEqual([{ max: 4, waitSeconds: 20 }]);
  });

  it('makes several receives for a batch of more than ten', async () => {
    const queue = queueOf(10, 10, 5);
    expect(await gatherBatch(queue, { batchSize: 25, windowMs: 5_000 })).toHaveLength(25);
    expect(queue.asked).toEqual([
      { max: 10, waitSeconds: 20 },
      { max: 10, waitSeconds: 5 },
      { max: 5, waitSeconds: 5 },
    ]);
  });

  it('ends with the window', async () => {
    const queue = queueOf(10, 2);
    expect(await gatherBatch(queue, { batchSize: 100, windowMs: 400 })).toHaveLength(12);
    expect(queue.asked.at(-1)).toEqual({ max: 10, waitSeconds: 0 });
  });

  it('gives nothing if the long poll ends without a message', async () => {
    expect(await gatherBatch(queueOf(0), { batchSize: 10, windowMs: 1_000 })).toEqual([]);
  });
});
