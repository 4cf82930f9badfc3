import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { DynamoBackend } from '../../src/aws/dynamo-backend.ts';
import { awsPorts } from '../../src/aws/ports.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../support/embedded.ts';
import { plantIn } from '../support/plant.ts';
import { servedBy } from '../support/served-by.ts';
import { backendContract } from './backend-contract.ts';
import { barrierContract } from './barrier-contract.ts';
import { brokerContract } from './broker-contract.ts';
import { NOW } from './crossing/item-kinds.ts';
import { casesForServer } from './crossing/times.ts';
import { payloadContract } from './payload-contract.ts';

const SERVER = await servedBy();

backendContract(
  'DynamoDB',
  async () => {
    const aws = await startEmbeddedAws();
    const backend = new DynamoBackend({
      client: () => aws.dynamo,
      tableName: aws.table,
      clock: { ...systemClock, now: () => NOW },
      random: systemRandom,
    });
    return { backend, plant: (items) => plantIn(aws, items), stop: () => aws.stop() };
  },
  casesForServer,
);

barrierContract('DynamoDB', async () => {
  const aws = await startEmbeddedAws();
  return { client: (nowMs) => portsAt(aws, nowMs).barrier, stop: () => aws.stop() };
});

payloadContract('DynamoDB', async () => {
  const aws = await startEmbeddedAws();
  return { client: (nowMs) => portsAt(aws, nowMs).payloads, stop: () => aws.stop() };
});

/** Ports with clients of their own. */
function portsAt({ queuePrefix, table }: EmbeddedAws, nowMs: number): Ports {
  return awsPorts({ queuePrefix, table, clock: { ...systemClock, now: () => nowMs } });
}

brokerContract('SQS', async () => {
  const aws = await startEmbeddedAws();
  let queues = 0;
  return {
    broker: awsPorts({ queuePrefix: aws.queuePrefix, table: aws.table }).broker,
    async newQueue() {
      const name = `queue-${++queues}`;
      await aws.createQueues(name);
      return name;
    },
    async receive(queue, waitSeconds) {
      const { Messages = [] } = await aws.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: aws.queuePrefix + queue,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: 60,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['ApproximateReceiveCount'],
        }),
      );
      return Messages.map(({ Body = '', ReceiptHandle = '', Attributes, MessageAttributes = {} }) => ({
        body: Body,
        receiptHandle: ReceiptHandle,
        receiveCount: Number(Attributes?.ApproximateReceiveCount),
        attributes: Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
        ),
      }));
    },
    refused: { body: '\uffff', delaySeconds: 0 },
    neverBlames: SERVER === 'LocalStack',
    stop: () => aws.stop(),
  };
});
