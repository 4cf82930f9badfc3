import { SQS_MAX_BATCH } from '../base/limits.ts';
import type { SqsWire } from './sqs-wire.ts';

/** A message as SQS answers a receive. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, ReceivedAttribute>>;
}

/** One of a message's own attributes; a binary one is base64. */
export interface ReceivedAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** The two calls that a poller makes, over and over. */
export class QueueClient {
  readonly #wire: SqsWire;
  readonly #queueUrl: string;

  constructor(wire: SqsWire, queueUrl: string) {
    this.#wire = wire;
    this.#queueUrl = queueUrl;
  }

  /**
   * Receives what is there.
   *
   * @param max  1 to 10
   * @param waitSeconds  0 to 20: how long to wait for a first message
   */
  async receive(max: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    const { Messages } = await this.#wire.call<{ Messages?: readonly ReceivedMessage[] }>('ReceiveMessage', {
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return Messages ?? [];
  }

  /** What is gone already counts as deleted; what cannot be deleted comes back. */
  async delete(receiptHandles: readonly string[]): Promise<void> {
    const calls: Promise<unknown>[] = [];
    for (let start = 0; start < receiptHandles.length; start += SQS_MAX_BATCH) {
      const Entries = receiptHandles
        .slice(start, start + SQS_MAX_BATCH)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      calls.push(this.#wire.call('DeleteMessageBatch', { QueueUrl: this.#queueUrl, Entries }));
    }
    await Promise.all(calls);
  }
}
