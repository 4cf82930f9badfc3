import { type Clock, systemClock } from '../base/clock.ts';
import { type Random, systemRandom } from '../base/random.ts';
import { appDimension } from '../ports/metrics.ts';
import type { Ports } from '../ports/ports.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import { lazyClients } from './clients.ts';
import { consoleTelemetry } from './console-telemetry.ts';
import { DynamoBackend } from './dynamo-backend.ts';
import { DynamoBarrier } from './dynamo-barrier.ts';
import { DynamoPayloads } from './dynamo-payloads.ts';
import { SqsBroker } from './sqs-broker.ts';

/** Where the queues and the table are. */
export interface AwsPortsOptions {
  /** Everything of a queue's URL before its name: `https://sqs.eu-west-1.amazonaws.com/123456789012/digest-`. */
  readonly queuePrefix: string;
  /** Whole URLs of queues with names of their own. @default none */
  readonly queueUrls?: Readonly<Record<string, string>>;
  /** The table's name. */
  readonly table: string;
  /** @default the SDK's own: `AWS_REGION`, or the profile's */
  readonly region?: string;
  /** @default real time */
  readonly clock?: Clock;
  /** @default the system's */
  readonly random?: Random;
  /** Measures every task, and not only its queue. @default false */
  readonly metricsByTask?: boolean;
  /** @default JSON lines on stdout */
  readonly telemetry?: Telemetry;
}

/** The ports on AWS. Makes no call and builds no client until one is needed. */
export function awsPorts(options: AwsPortsOptions): Ports {
  const { queuePrefix, queueUrls = {}, table, region, clock = systemClock, random = systemRandom } = options;
  const { metricsByTask = false } = options;
  const clients = lazyClients(region);
  const ofTable = { client: clients.dynamo, tableName: table, clock, random };
  return {
    broker: new SqsBroker({ client: clients.sqs, queuePrefix, queueUrls, clock, random }),
    backend: new DynamoBackend(ofTable),
    barrier: new DynamoBarrier(ofTable),
    payloads: new DynamoPayloads(ofTable),
    telemetry: options.telemetry ?? consoleTelemetry({ clock, app: appDimension(queuePrefix), metricsByTask }),
    clock,
    random,
  };
}
