import { UnreadableMessageError } from '../base/errors.ts';
import { decode } from '../message/codec.ts';
import type { Message } from '../message/message.ts';
import { workQueueOf } from '../ports/queue-names.ts';
import { queueNameOf, type SqsRecord } from '../ports/sqs-event.ts';

/** One receive of one message. */
export interface Delivery {
  readonly message: Message;
  /** The work queue's name, as the app declares it. */
  readonly queue: string;
  readonly sqsMessageId: string;
  readonly receiptHandle: string;
  /** Nearly right at best: throttling raises it, a duplicate may have a lower one. */
  readonly receiveCount: number;
  /** When SQS took this message in. */
  readonly sentAtMs: number;
}

/** A record whose body is no message. */
export interface Unreadable {
  readonly unreadable: UnreadableMessageError;
  readonly body: string;
  readonly queue: string;
  readonly sqsMessageId: string;
  readonly receiptHandle: string;
}

/** Reads a record of the event; never throws. */
export function readRecord(record: SqsRecord, physicalPrefix: string): Delivery | Unreadable {
  const name = queueNameOf(record.eventSourceARN);
  const queue = workQueueOf(name.startsWith(physicalPrefix) ? name.slice(physicalPrefix.length) : name);
  const at = { queue, sqsMessageId: record.messageId, receiptHandle: record.receiptHandle };
  try {
    return {
      ...at,
      message: decode(record.body, record.messageId),
      receiveCount: Number(record.attributes.ApproximateReceiveCount) || 1,
      sentAtMs: Number(record.attributes.SentTimestamp) || 0,
    };
  } catch (error) {
    const unreadable =
      error instanceof UnreadableMessageError
        ? error
        : new UnreadableMessageError('the body cannot be read', { cause: error });
    return { ...at, body: record.body, unreadable };
  }
}

/** When the message was first sent, also if it was sent again since. */
export function firstSentAtMs(delivery: Delivery): number {
  return delivery.message.sentAtMs ?? delivery.sentAtMs;
}
