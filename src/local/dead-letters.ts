import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { SQS_MAX_BATCH } from '../base/limits.ts';
import { sendBody } from '../client/outbox.ts';
import type { Ports } from '../ports/ports.ts';
import { deadLetterQueueOf } from '../ports/queue-names.ts';

/** A message that nobody will run unless it is moved back. */
export interface DeadLetter {
  readonly queue: string;
  readonly messageId: string;
  readonly body: string;
  readonly sentAtMs: number;
  /** Why it is here: `reason`, `error`, `errorMessage`, `attempt`, `task`, `id` … as the worker wrote them. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where the dead letters of an app are, and how to send. */
export interface DeadLetterParts {
  readonly sqs: SQSClient;
  readonly queuePrefix: string;
  readonly ports: Ports;
}

/** Long enough to look at everything, short enough that what a broken-off look has hidden is back soon. */
const HIDDEN_SECONDS = 60;

/** Reads a queue's dead letters, all of them, and leaves them there. */
export async function listDeadLetters(parts: DeadLetterParts, queue: string): Promise<readonly DeadLetter[]> {
  const seen: Message[] = [];
  for await (const messages of received(parts, queue)) seen.push(...messages);
  await release(parts, queue, seen);
  return seen.map((message) => letterOf(queue, message));
}

/**
 * Moves dead letters back to their queue, where they run in a new round: receive, send, delete, the body unchanged. One that
 * fails again meanwhile stays.
 *
 * A crash in between may double one, which its task's item tells apart. `StartMessageMoveTask` takes only what SQS itself has
 * moved to a dead-letter queue, and all of it.
 *
 * @returns how many were moved
 */
export async function redriveDeadLetters(
  parts: DeadLetterParts,
  queue: string,
  fits: (letter: DeadLetter) => boolean = () => true,
): Promise<number> {
  const left: Message[] = [];
  const startedAtMs = Date.now();
  let moved = 0;
  for await (const messages of received(parts, queue)) {
    const going = messages.filter((message) => {
      const letter = letterOf(queue, message);
      return letter.sentAtMs <= startedAtMs && fits(letter);
    });
    left.push(...messages.filter((message) => !going.includes(message)));
    await Promise.all(going.map((message) => sendBack(parts, queue, message)));
    await remove(parts, queue, going);
    moved += going.length;
  }
  await release(parts, queue, left);
  return moved;
}

async function* received({ sqs, queuePrefix }: DeadLetterParts, queue: string): AsyncGenerator<readonly Message[]> {
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queuePrefix + deadLetterQueueOf(queue),
      MaxNumberOfMessages: SQS_MAX_BATCH,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const { Messages = [] } = await sqs.send(command);
    if (Messages.length === 0) return;
    yield Messages;
  }
}

function letterOf(queue: string, { MessageId = '', Body = '', Attributes, MessageAttributes }: Message): DeadLetter {
  const attributes = Object.entries(MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]);
  return {
    queue,
    messageId: MessageId,
    body: Body,
    sentAtMs: Number(Attributes?.SentTimestamp ?? 0),
    attributes: Object.fromEntries(attributes),
  };
}

function sendBack({ ports }: DeadLetterParts, queue: string, message: Message): Promise<void> {
  const { body, attributes } = letterOf(queue, message);
  return sendBody(ports, queue, { body, delaySeconds: 0, attributes });
}

async function remove({ sqs, queuePrefix }: DeadLetterParts, queue: string, ten: readonly Message[]): Promise<void> {
  if (ten.length === 0) return;
  const Entries = ten.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queuePrefix + deadLetterQueueOf(queue), Entries }));
}

/** Shows what was only looked at again. */
async function release({ sqs, queuePrefix }: DeadLetterParts, queue: string, all: readonly Message[]): Promise<void> {
  for (let start = 0; start < all.length; start += SQS_MAX_BATCH) {
    const Entries = all
      .slice(start, start + SQS_MAX_BATCH)
      .map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    const QueueUrl = queuePrefix + deadLetterQueueOf(queue);
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
