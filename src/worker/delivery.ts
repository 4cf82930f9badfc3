import { UnreadableMessageError } from '../base/errors.ts';
import { decode, encode, MAX_CARRIED_BYTES } from '../message/codec.ts';
import type { Message } from '../message/message.ts';
import { ownNameOf, type PhysicalNames, workQueueOf } from '../ports/queue-names.ts';
import { queueNameOf, type SqsRecord } from '../ports/sqs-event.ts';

/** One receive of one message. */
export interface Delivery {
  readonly message: Message;
  /** The work queue's name, as the app declares it. */
  readonly queue: string;
  /** The queue it was received from: the work queue, or its lost queue. */
  readonly receivedFrom: string;
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
  readonly receivedFrom: string;
  readonly sqsMessageId: string;
  readonly receiptHandle: string;
}

/** Reads a record of the event; never throws. */
export function readRecord(record: SqsRecord, names: PhysicalNames): Delivery | Unreadable {
  const receivedFrom = ownNameOf(queueNameOf(record.eventSourceARN), names);
  const queue = workQueueOf(receivedFrom);
  try {
    const message = decode(record.body, record.messageId);
    if (record.body.length > SURELY_SMALL) checkCarriable(message);
    return {
      message,
      queue,
      receivedFrom,
      sqsMessageId: record.messageId,
      receiptHandle: record.receiptHandle,
      receiveCount: Number(record.attributes.ApproximateReceiveCount) || 1,
      sentAtMs: Number(record.attributes.SentTimestamp) || 0,
    };
  } catch (error) {
    const unreadable =
      error instanceof UnreadableMessageError
        ? error
        : new UnreadableMessageError('the body cannot be read', { cause: error });
    const { messageId: sqsMessageId, receiptHandle, body } = record;
    return { unreadable, body, queue, receivedFrom, sqsMessageId, receiptHandle };
  }
}

/** Escaping makes a character at most three times as long: below this there is nothing to count. */
const SURELY_SMALL = 300_000;
/** What `again`, `round` and the like add to a body. */
const MARKS_BYTES = 512;

/** A producer elsewhere may use the whole of SQS's limit; then the message could be neither sent anew nor buried with a reason. */
function checkCarriable(message: Message): void {
  try {
    encode(message, MAX_CARRIED_BYTES - MARKS_BYTES);
  } catch (error) {
    throw new UnreadableMessageError('the body is too large to be carried on', { cause: error });
  }
}

/** When the message was first sent, also if it was sent again since. */
export function firstSentAtMs(delivery: Delivery): number {
  return delivery.message.sentAtMs ?? delivery.sentAtMs;
}
