import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Ports } from '../ports/ports.ts';
import { queueUrlIn } from '../ports/queue-names.ts';
import {
  type DeadLetter,
  type DeadLetterParts,
  listDeadLetters,
  type Progress,
  type RedriveOptions,
  redriveDeadLetters,
} from './dead-letters.ts';
import type { Place } from './place.ts';
import { type QueueDepth, queueDepth } from './queue-depth.ts';
import type { Patience } from './receive-all.ts';
import { toolPorts } from './tool-ports.ts';

/** What the tools work with. */
export interface QueueToolsParts {
  readonly place: Place;
  readonly sqs: SQSClient;
  readonly dynamo: DynamoDBClient;
  readonly patience: Patience;
}

/** What can be done with the queues and results of an app that runs, here or on AWS, from outside of it. */
export class QueueTools {
  readonly place: Place;
  readonly sqs: SQSClient;
  readonly dynamo: DynamoDBClient;
  /** Results, and sending without an app. */
  readonly ports: Ports;
  readonly #patience: Patience;

  constructor({ place, sqs, dynamo, patience }: QueueToolsParts) {
    this.place = place;
    this.sqs = sqs;
    this.dynamo = dynamo;
    this.ports = toolPorts(place, sqs, dynamo);
    this.#patience = patience;
  }

  /** Counts the messages of a queue; also of a lost or dead-letter queue, by its name. */
  depth(queue: string): Promise<QueueDepth> {
    return queueDepth(this.sqs, queueUrlIn(this.place, queue));
  }

  /**
   * Sends a body as any producer may, and returns the id that SQS gives it: the id of a task whose body names none.
   */
  async send(queue: string, body: string): Promise<string> {
    const command = new SendMessageCommand({ QueueUrl: queueUrlIn(this.place, queue), MessageBody: body });
    return (await this.sqs.send(command)).MessageId ?? '';
  }

  /** The dead letters of a queue; they stay there. */
  deadLetters(queue: string, onProgress?: Progress): Promise<readonly DeadLetter[]> {
    return listDeadLetters(this.#deadLetterParts(), queue, onProgress);
  }

  /** Moves dead letters back to their queue and tells how many. */
  redrive(queue: string, options?: RedriveOptions): Promise<number> {
    return redriveDeadLetters(this.#deadLetterParts(), queue, options);
  }

  /** Since when each paused queue is. */
  async paused(): Promise<ReadonlyMap<string, Date>> {
    const { backend, clock } = this.ports;
    const { queues } = await backend.ordersSince(clock.now());
    const paused = queues.flatMap(({ queue, pausedAtMs }) =>
      pausedAtMs === undefined ? [] : [[queue, new Date(pausedAtMs)] as const],
    );
    return new Map(paused);
  }

  close(): void {
    this.sqs.destroy();
    this.dynamo.destroy();
  }

  #deadLetterParts(): DeadLetterParts {
    return { sqs: this.sqs, ports: this.ports, place: this.place, patience: this.#patience };
  }
}
