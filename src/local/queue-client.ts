import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { SQS_MAX_BATCH } from '../base/limits.ts';

/** How one receive is to be made. */
export interface ReceiveOptions {
  /** 1 to 10. */
  readonly max: number;
  /** 0 to 20: how long to wait for a first message. */
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

/** The two calls that a poller makes, over and over. */
export class QueueClient {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;

  constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  async receive({ max, waitSeconds, signal }: ReceiveOptions): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return (await this.#sqs.send(command, { abortSignal: signal })).Messages ?? [];
  }

  /** What is gone already counts as deleted; what cannot be deleted comes back. */
  async delete(receiptHandles: readonly string[]): Promise<void> {
    const calls: Promise<unknown>[] = [];
    for (let start = 0; start < receiptHandles.length; start += SQS_MAX_BATCH) {
      const Entries = receiptHandles
        .slice(start, start + SQS_MAX_BATCH)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      calls.push(this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries })));
    }
    await Promise.all(calls);
  }
}
