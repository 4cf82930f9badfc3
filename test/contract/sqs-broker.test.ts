import type { BatchResultErrorEntry, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { SqsBroker } from '../../src/aws/sqs-broker.ts';
import { systemClock } from '../../src/base/clock.ts';

interface Call {
  readonly name: string;
  readonly input: { readonly QueueUrl: string; readonly Entries: readonly Record<string, unknown>[] };
}

const NO_TIME = { ...systemClock, sleep: async () => {} };
const THROTTLED = { SenderFault: false, Code: 'RequestThrottled', Message: 'slow down' };
const STALE = { SenderFault: true, Code: 'ReceiptHandleIsInvalid', Message: undefined };

/** A broker on an SQS that fails entries as told: one list of failures a call. */
function brokerOn(failures: readonly (readonly BatchResultErrorEntry[])[]): { broker: SqsBroker; calls: Call[] } {
  const calls: Call[] = [];
  const send = async (command: { input: Call['input'] }) => {
    const failed = failures[calls.length] ?? [];
    calls.push({ name: command.constructor.name, input: command.input });
    const ids = new Set(failed.map(({ Id }) => Id));
    return { Failed: failed, Successful: command.input.Entries.filter(({ Id }) => !ids.has(Id as string)) };
  };
  const client = { send } as unknown as SQSClient;
  const parts = { client: () => client, queuePrefix: 'https://sqs.test/1/app-', clock: NO_TIME };
  return { broker: new SqsBroker({ ...parts, random: { uint32: () => 0 } }), calls };
}

const ENTRIES = ['a', 'b', 'c'].map((body) => ({ body, delaySeconds: 5 }));

describe('a broker on SQS', () => {
  it('calls a queue by its prefix and name', async () => {
    const { broker, calls } = brokerOn([]);
    await broker.send('default', [{ body: 'a', delaySeconds: 0, attributes: { origin: 'q' } }]);
    expect(calls).toEqual([
      {
        name: 'SendMessageBatchCommand',
        input: {
          QueueUrl: 'https://sqs.test/1/app-default',
          Entries: [
            {
              Id: '0',
              MessageBody: 'a',
              DelaySeconds: 0,
              MessageAttributes: { origin: { DataType: 'String', StringValue: 'q' } },
            },
          ],
        },
      },
    ]);
  });

  it('tells an entry that may be sent again from one that is at fault', async () => {
    const { broker, calls } = brokerOn([
      [
        { Id: '2', ...THROTTLED },
        { Id: '0', SenderFault: true, Code: 'InvalidMessageContents' },
      ],
    ]);
    expect(await broker.send('q', ENTRIES)).toEqual([
      { sent: false, retryable: false, reason: 'InvalidMessageContents' },
      { sent: true },
      { sent: false, retryable: true, reason: 'RequestThrottled: slow down' },
    ]);
    expect(calls).toHaveLength(1);
  });

  it('takes an entry of which SQS says nothing for not sent', async () => {
    const client = { send: async () => ({ Successful: [{ Id: '1' }] }) } as unknown as SQSClient;
    const broker = new SqsBroker({
      client: () => client,
      queuePrefix: '',
      clock: NO_TIME,
      random: { uint32: () => 0 },
    });
    const answers = await broker.send('q', ENTRIES);
    expect(answers.map((answer) => answer.sent || answer.retryable)).toEqual([true, true, true]);
    expect(answers.map((answer) => answer.sent)).toEqual([false, true, false]);
  });

  it('repeats the deletes that SQS failed to serve, and only those', async () => {
    const { broker, calls } = brokerOn([
      [
        { Id: '1', ...THROTTLED },
        { Id: '3', ...STALE },
        { Id: '4', ...THROTTLED },
      ],
      [{ Id: '1', ...THROTTLED }],
    ]);
    await broker.delete('q', ['h0', 'h1', 'h2', 'h3', 'h4']);
    expect(calls.map(({ input }) => input.Entries.map(({ ReceiptHandle }) => ReceiptHandle))).toEqual([
      ['h0', 'h1', 'h2', 'h3', 'h4'],
      ['h1', 'h4'],
      ['h4'],
    ]);
  });

  it('throws when SQS does not serve a change for four calls', async () => {
    const failing = Array(9).fill([{ Id: '0', ...THROTTLED }]);
    const { broker, calls } = brokerOn(failing);
    const change = broker.changeVisibility('q', [{ receiptHandle: 'h', seconds: 7 }]);
    await expect(change).rejects.toThrow('SQS could not change the visibility on q: 1 of 1 failed, RequestThrottled');
    expect(calls).toHaveLength(4);
  });

  it('makes one call for each ten', async () => {
    const { broker, calls } = brokerOn([]);
    await broker.delete(
      'q',
      Array.from({ length: 21 }, (_, n) => `h${n}`),
    );
    expect(calls.map(({ input }) => input.Entries.length)).toEqual([10, 10, 1]);
    expect(calls.every(({ input }) => new Set(input.Entries.map(({ Id }) => Id)).size === input.Entries.length)).toBe(
      true,
    );
  });
});
