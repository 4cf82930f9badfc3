import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoBackend } from '../aws/dynamo-backend.ts';
import { DynamoBarrier } from '../aws/dynamo-barrier.ts';
import { DynamoPayloads } from '../aws/dynamo-payloads.ts';
import { SqsBroker } from '../aws/sqs-broker.ts';
import { systemClock } from '../base/clock.ts';
import { systemRandom } from '../base/random.ts';
import type { Ports } from '../ports/ports.ts';
import type { Place } from './place.ts';

/** The ports for the tools around an app; nothing they do is reported. */
export function toolPorts(
  { queuePrefix, queueUrls = {}, table }: Place,
  sqs: SQSClient,
  dynamo: DynamoDBClient,
): Ports {
  const shared = { clock: systemClock, random: systemRandom };
  const ofTable = { client: () => dynamo, tableName: table, ...shared };
  return {
    ...shared,
    broker: new SqsBroker({ client: () => sqs, queuePrefix, queueUrls, ...shared }),
    backend: new DynamoBackend(ofTable),
    barrier: new DynamoBarrier(ofTable),
    payloads: new DynamoPayloads(ofTable),
    telemetry: { event: () => {}, log: () => {}, flush: () => {} },
  };
}
