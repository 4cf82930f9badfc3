import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  QueueDoesNotExist,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../base/clock.ts';
import { ServiceError } from '../base/errors.ts';
import { SQS_MAX_BATCH } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Broker, OutgoingEntry, SendAnswer, VisibilityChange } from '../ports/broker.ts';
import { type QueueUrls, queueUrlIn } from '../ports/queue-names.ts';
import { asServiceError } from './as-service-error.ts';
import { pause } from './pause.ts';

/** What the broker works with. */
export interface SqsBrokerParts extends QueueUrls {
  /** Asked for the client with each call, so that it is built with the first. */
  readonly client: () => Pick<SQSClient, 'send'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Entries that SQS could not serve for reasons of its own are tried so often, beside the SDK's own tries of each call. */
const MAX_TRIES = 4;

/** One call for up to ten entries, which are called `0` to `9`; answers which of them failed. */
type BatchCall<T> = (entries: readonly (T & { readonly Id: string })[]) => Promise<readonly BatchResultErrorEntry[]>;

/** Nothing where there is no such queue: that is an answer, and no trouble. */
function noQueue(error: unknown): undefined {
  if (error instanceof ServiceError && error.cause instanceof QueueDoesNotExist) return undefined;
  throw error;
}

/** The queues on SQS. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html */
export class SqsBroker implements Broker {
  readonly #parts: SqsBrokerParts;

  constructor(parts: SqsBrokerParts) {
    this.#parts = parts;
  }

  async send(queue: string, entries: readonly OutgoingEntry[]): Promise<readonly SendAnswer[]> {
    if (entries.length === 0) return [];
    const { client } = this.#parts;
    const command = new SendMessageBatchCommand({ QueueUrl: this.#url(queue), Entries: entries.map(outgoing) });
    const answer = await asServiceError(`send to queue "${queue}"`, client().send(command)).catch(noQueue);
    if (!answer) return entries.map(() => ({ sent: false, retryable: false, reason: 'there is no such queue' }));
    const { Successful = [], Failed = [] } = answer;
    const sent = new Set(Successful.map(({ Id }) => Id));
    const failed = new Map(Failed.map((failure) => [failure.Id, failure]));
    return entries.map((_, index) => (sent.has(String(index)) ? { sent: true } : refusal(failed.get(String(index)))));
  }

  delete(queue: string, receiptHandles: readonly string[]): Promise<void> {
    const QueueUrl = this.#url(queue);
    const entries = receiptHandles.map((ReceiptHandle) => ({ ReceiptHandle }));
    return this.#inTens(`delete from ${queue}`, entries, async (ten) => {
      const command = new DeleteMessageBatchCommand({ QueueUrl, Entries: [...ten] });
      return (await asServiceError(`reach queue "${queue}"`, this.#parts.client().send(command))).Failed ?? [];
    });
  }

  changeVisibility(queue: string, changes: readonly VisibilityChange[]): Promise<void> {
    const QueueUrl = this.#url(queue);
    const entries = changes.map(({ receiptHandle, seconds }) => ({
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }));
    return this.#inTens(`change the visibility on ${queue}`, entries, async (ten) => {
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: [...ten] });
      return (await asServiceError(`reach queue "${queue}"`, this.#parts.client().send(command))).Failed ?? [];
    });
  }

  #url(queue: string): string {
    return queueUrlIn(this.#parts, queue);
  }

  async #inTens<T>(what: string, entries: readonly T[], call: BatchCall<T>): Promise<void> {
    const tens: T[][] = [];
    for (let start = 0; start < entries.length; start += SQS_MAX_BATCH) {
      tens.push(entries.slice(start, start + SQS_MAX_BATCH));
    }
    await Promise.all(tens.map((ten) => this.#untilDone(what, ten, call)));
  }

  /**
   * Repeats the entries that SQS failed to serve.
   *
   * A sender's fault is left alone: the receipt is no longer in flight, or too old, and there is nothing to do for it.
   */
  async #untilDone<T>(what: string, entries: readonly T[], call: BatchCall<T>): Promise<void> {
    let left = entries;
    for (let tries = 0; ; tries++) {
      const failures = await call(left.map((entry, index) => ({ ...entry, Id: String(index) })));
      const again = failures.filter((failure) => !failure.SenderFault);
      if (again.length === 0) return;
      if (tries + 1 === MAX_TRIES) {
        throw new ServiceError(
          `SQS could not ${what}: ${again.length} of ${entries.length} failed, ${reasonOf(again[0])}`,
        );
      }
      left = again.flatMap(({ Id }) => left[Number(Id)] ?? []);
      await pause(this.#parts.clock, this.#parts.random, tries);
    }
  }
}

function outgoing(entry: OutgoingEntry, index: number): SendMessageBatchRequestEntry {
  const attributes = Object.entries(entry.attributes ?? {});
  return {
    Id: String(index),
    MessageBody: entry.body,
    DelaySeconds: entry.delaySeconds,
    ...(attributes.length > 0
      ? { MessageAttributes: Object.fromEntries(attributes.map(([name, text]) => [name, stringAttribute(text)])) }
      : {}),
  };
}

function stringAttribute(text: string) {
  return { DataType: 'String', StringValue: text };
}

/** An entry of which SQS says nothing counts as failed: sending it again is allowed, losing it is not. */
function refusal(failure: BatchResultErrorEntry | undefined): SendAnswer {
  return { sent: false, retryable: failure?.SenderFault !== true, reason: reasonOf(failure) };
}

function reasonOf(failure: BatchResultErrorEntry | undefined): string {
  if (!failure) return 'SQS did not answer for this entry';
  return failure.Message ? `${failure.Code}: ${failure.Message}` : String(failure.Code);
}
