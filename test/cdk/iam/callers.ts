import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoBackend } from '../../../src/aws/dynamo-backend.ts';
import { DynamoBarrier } from '../../../src/aws/dynamo-barrier.ts';
import { DynamoPayloads } from '../../../src/aws/dynamo-payloads.ts';
import { NO_LOGGER } from '../../../src/aws/no-logger.ts';
import { SqsBroker } from '../../../src/aws/sqs-broker.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import type { Addresses } from '../../../src/local/addresses.ts';
import type { Broker, OutgoingEntry } from '../../../src/ports/broker.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import { lostQueueOf } from '../../../src/ports/queue-names.ts';

/** Who calls AWS from outside of the app's functions, each with grants of its own. */
export type Caller = 'plain' | 'sender' | 'reader' | 'producer';

/** Not a call of anybody, but what SQS does of itself; what `lost` sends is on the lost queue at once, as if for five days. */
export type Accident = 'lost' | 'nobody';

/** The ports of a client, whose calls are signed by whoever it is that makes them. */
export interface Callers {
  readonly ports: Ports;
  /** For whoever reads, or does what nobody else does at the time. */
  as<T>(caller: Caller, work: () => Promise<T>): Promise<T>;
  /** For whoever sends: alone, since what is sent in one turn leaves in one call, of whoever was first. */
  send<T>(caller: Caller | Accident, work: () => Promise<T>): Promise<T>;
  /** What was sent of a task. */
  sent(id: string): OutgoingEntry;
  close(): void;
}

/** Makes the clients of all callers. */
export function callersOf({ sqsEndpoint, dynamoEndpoint, queuePrefix, table, region }: Addresses): Callers {
  const current = new AsyncLocalStorage<Caller | Accident>();
  const made = new Map<string, SQSClient | DynamoDBClient>();
  const sent = new Map<string, OutgoingEntry>();
  let last: Promise<unknown> = Promise.resolve();
  const isLost = () => current.getStore() === 'lost';
  const clientOf = <T extends SQSClient | DynamoDBClient>(of: string, make: (key: string) => T) => {
    const caller = current.getStore();
    if (!caller) throw new Error('say whose call it is');
    const found = made.get(of + caller) ?? make(caller);
    made.set(of + caller, found);
    return found as T;
  };
  const shared = { clock: systemClock, random: systemRandom };
  const config = (accessKeyId: string) => ({
    region,
    logger: NO_LOGGER,
    credentials: { accessKeyId, secretAccessKey: 'local' },
  });
  const sqs = () =>
    clientOf('sqs', (key) => {
      return new SQSClient({ ...config(key), endpoint: sqsEndpoint, md5: false, useQueueUrlAsEndpoint: false });
    });
  const dynamo = () => clientOf('dynamo', (key) => new DynamoDBClient({ ...config(key), endpoint: dynamoEndpoint }));
  const ofTable = { client: dynamo, tableName: table, ...shared };
  return {
    ports: {
      ...shared,
      broker: withAccidents(new SqsBroker({ client: sqs, queuePrefix, ...shared }), isLost, sent),
      backend: new DynamoBackend(ofTable),
      barrier: new DynamoBarrier(ofTable),
      payloads: new DynamoPayloads(ofTable),
      telemetry: { event: () => {}, log: () => {}, flush: () => {} },
    },
    sent(id) {
      const entry = sent.get(id);
      if (!entry) throw new Error(`nothing was sent of task ${id}`);
      return entry;
    },
    as: (caller, work) => current.run(caller, work),
    send(caller, work) {
      const mine = last.then(() => current.run(caller, work));
      last = mine.catch(() => {});
      return mine;
    },
    close() {
      for (const client of made.values()) client.destroy();
    },
  };
}

const FIVE_DAYS_MS = 5 * 86_400_000;

function withAccidents(broker: SqsBroker, isLost: () => boolean, sent: Map<string, OutgoingEntry>): Broker {
  return {
    delete: (queue, receipts) => broker.delete(queue, receipts),
    changeVisibility: (queue, changes) => broker.changeVisibility(queue, changes),
    send(queue, entries) {
      for (const entry of entries) sent.set(JSON.parse(entry.body).id, entry);
      return isLost() ? broker.send(lostQueueOf(queue), entries.map(aged)) : broker.send(queue, entries);
    },
  };
}

function aged(entry: OutgoingEntry): OutgoingEntry {
  const sentAtMs = Date.now() - FIVE_DAYS_MS;
  return { ...entry, body: JSON.stringify({ ...JSON.parse(entry.body), sentAtMs }) };
}
