import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { redriveDeadLetters } from '../../src/operations/dead-letters.ts';
import { AT_ONCE } from '../../src/operations/receive-all.ts';
import { Planted } from '../support/plant-canvas.ts';

/** A dead-letter queue that answers a receive with one message each, in this order, and then with none. */
function queueOf(...letters: readonly Message[]) {
  const [left, deleted] = [[...letters], [] as string[]];
  const send = async (command: object) => {
    if (command instanceof ReceiveMessageCommand) return { Messages: left.splice(0, 1) };
    if (command instanceof DeleteMessageBatchCommand) {
      deleted.push(...(command.input.Entries ?? []).map(({ ReceiptHandle = '' }) => ReceiptHandle));
    }
    return {};
  };
  return { sqs: { send } as unknown as SQSClient, deleted };
}

const letter = (name: string, sentAtMs: number): Message => ({
  MessageId: name,
  ReceiptHandle: name,
  Body: '{"task":"a"}',
  Attributes: { SentTimestamp: String(sentAtMs) },
});

it('leaves a dead letter that comes while it moves others: it would move the same task for ever', async () => {
  const planted = new Planted();
  const { sqs, deleted } = queueOf(letter('old', planted.nowMs - 1_000), letter('again', planted.nowMs + 60_000));
  const place = { queuePrefix: 'http://q/', table: 't' };
  const parts = { sqs, place, ports: planted.ports, patience: AT_ONCE };
  expect(await planted.run(() => redriveDeadLetters(parts, 'default'))).toBe(1);
  expect(deleted).toEqual(['old']);
});
