import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { SQS_MAX_BATCH } from '../base/limits.ts';

/** How a queue is read to its end. */
export interface Patience {
  /** 0 to 20: how long a receive waits for a first message; any wait asks all of SQS's servers, none only some of them. */
  readonly waitSeconds: number;
  /** Answers without anything new, one after the other, after which a lane gives up. */
  readonly emptyAnswers: number;
  /** Receives at the same time. */
  readonly lanes: number;
}

/** For a queue that says at once and exactly what it holds: the embedded one. */
export const AT_ONCE: Patience = { waitSeconds: 0, emptyAnswers: 1, lanes: 1 };
/** For SQS itself, whose answers are samples. Four lanes read some thousand messages before the first come back. */
export const ON_AWS: Patience = { waitSeconds: 1, emptyAnswers: 2, lanes: 4 };

/** Long enough to look at everything, short enough that what a broken-off look has hidden is back soon. */
const HIDDEN_SECONDS = 60;

/**
 * Receives all messages of a queue, each once: of a look that takes longer than a minute the first come back meanwhile.
 *
 * What is received stays hidden for a minute; its taker deletes it or shows it again.
 *
 * @param take  called with what is new
 * @returns the receipt handles by message id, each the last one
 */
export async function receiveAll(
  sqs: SQSClient,
  queueUrl: string,
  patience: Patience,
  take: (messages: readonly Message[]) => void | Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const handles = new Map<string, string>();
  const lane = async () => {
    for (let empty = 0; empty < patience.emptyAnswers; ) {
      const messages = await receive(sqs, queueUrl, patience);
      const fresh = messages.filter(({ MessageId = '' }) => !handles.has(MessageId));
      for (const { MessageId = '', ReceiptHandle = '' } of messages) handles.set(MessageId, ReceiptHandle);
      empty = fresh.length === 0 ? empty + 1 : 0;
      if (fresh.length > 0) await take(fresh);
    }
  };
  await Promise.all(Array.from({ length: patience.lanes }, lane));
  return handles;
}

async function receive(sqs: SQSClient, QueueUrl: string, { waitSeconds }: Patience): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: SQS_MAX_BATCH,
    WaitTimeSeconds: waitSeconds,
    VisibilityTimeout: HIDDEN_SECONDS,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await sqs.send(command);
  return Messages;
}
