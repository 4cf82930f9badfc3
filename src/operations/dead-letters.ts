import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { chunked } from '../base/chunked.ts';
import { SQS_MAX_BATCH } from '../base/limits.ts';
import { sendBody } from '../client/outbox.ts';
import type { Ports } from '../ports/ports.ts';
import { deadLetterQueueOf, queueUrlIn } from '../ports/queue-names.ts';
import type { Place } from './place.ts';
import { type Patience, receiveAll } from './receive-all.ts';

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
  readonly place: Place;
  readonly ports: Ports;
  readonly patience: Patience;
}

/** Is told how many dead letters were looked at so far, and moved. */
export type Progress = (seen: number, moved: number) => void;

/** Reads a queue's dead letters, all of them, and leaves them there. */
export async function listDeadLetters(
  parts: DeadLetterParts,
  queue: string,
  onProgress: Progress = () => {},
): Promise<readonly DeadLetter[]> {
  const seen: DeadLetter[] = [];
  const handles = await received(parts, queue, (messages) => {
    seen.push(...messages.map((message) => letterOf(queue, message)));
    onProgress(seen.length, 0);
  });
  await release(parts, queue, [...handles.values()]);
  return seen;
}

/** Which dead letters are moved back, and who is told. */
export interface RedriveOptions {
  /** @default all */
  readonly fits?: (letter: DeadLetter) => boolean;
  readonly onProgress?: Progress;
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
  { fits = () => true, onProgress = () => {} }: RedriveOptions = {},
): Promise<number> {
  const startedAtMs = parts.ports.clock.now();
  const moved = new Set<string>();
  let seen = 0;
  const handles = await received(parts, queue, async (messages) => {
    const going = messages.filter((message) => {
      const letter = letterOf(queue, message);
      return letter.sentAtMs <= startedAtMs && fits(letter);
    });
    await Promise.all(going.map((message) => sendBack(parts, queue, message)));
    await remove(parts, queue, going);
    for (const { MessageId = '' } of going) moved.add(MessageId);
    seen += messages.length;
    onProgress(seen, moved.size);
  });
  const left = [...handles].filter(([id]) => !moved.has(id)).map(([, handle]) => handle);
  await release(parts, queue, left);
  return moved.size;
}

function received(
  { sqs, place, patience }: DeadLetterParts,
  queue: string,
  take: (messages: readonly Message[]) => void | Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  return receiveAll(sqs, deadUrl(place, queue), patience, take);
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

async function remove({ sqs, place }: DeadLetterParts, queue: string, ten: readonly Message[]): Promise<void> {
  if (ten.length === 0) return;
  const Entries = ten.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: deadUrl(place, queue), Entries }));
}

/** Shows what was only looked at again. */
async function release({ sqs, place }: DeadLetterParts, queue: string, handles: readonly string[]): Promise<void> {
  const QueueUrl = deadUrl(place, queue);
  for (const ten of chunked(handles, SQS_MAX_BATCH)) {
    const Entries = ten.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

function deadUrl(place: Place, queue: string): string {
  return queueUrlIn(place, deadLetterQueueOf(queue));
}
