import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Ports } from '../ports/ports.ts';
import type { Addresses } from './addresses.ts';
import { type DeadLetter, listDeadLetters, redriveDeadLetters } from './dead-letters.ts';
import { localDynamo, localSqs } from './local-clients.ts';
import { localPorts } from './local-ports.ts';
import { type QueueDepth, queueDepth } from './queue-depth.ts';
import { storedWorkflows } from './stored-workflows.ts';

/** What can be done with the queues and results of an app that runs on this machine, also from another process. */
export class QueueTools {
  readonly sqs: SQSClient;
  readonly dynamo: DynamoDBClient;
  /** Results, and sending without an app. */
  readonly ports: Ports;
  readonly #queuePrefix: string;
  readonly #table: string;

  constructor(addresses: Addresses) {
    this.sqs = localSqs(addresses);
    this.dynamo = localDynamo(addresses);
    this.ports = localPorts(addresses, this.sqs, this.dynamo);
    this.#queuePrefix = addresses.queuePrefix;
    this.#table = addresses.table;
  }

  /** Counts the messages of a queue; also of a lost or dead-letter queue, by its name. */
  depth(queue: string): Promise<QueueDepth> {
    return queueDepth(this.sqs, this.#queuePrefix + queue);
  }

  /**
   * Sends a body as any producer may, and returns the id that SQS gives it: the id of a task whose body names none.
   */
  async send(queue: string, body: string): Promise<string> {
    const command = new SendMessageCommand({ QueueUrl: this.#queuePrefix + queue, MessageBody: body });
    return (await this.sqs.send(command)).MessageId ?? '';
  }

  /** The dead letters of a queue; they stay there. */
  deadLetters(queue: string): Promise<readonly DeadLetter[]> {
    return listDeadLetters(this.#deadLetterParts(), queue);
  }

  /** Moves dead letters back to their queue and tells how many. */
  redrive(queue: string, fits?: (letter: DeadLetter) => boolean): Promise<number> {
    return redriveDeadLetters(this.#deadLetterParts(), queue, fits);
  }

  /** The ids of the workflows, and of tasks by themselves, in which a text occurs, as far as something of them is stored. */
  workflowsWith(text: string): Promise<readonly string[]> {
    return storedWorkflows(this.dynamo, this.#table, text);
  }

  close(): void {
    this.sqs.destroy();
    this.dynamo.destroy();
  }

  #deadLetterParts() {
    return { sqs: this.sqs, ports: this.ports, queuePrefix: this.#queuePrefix };
  }
}
