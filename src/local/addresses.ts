import { ENV } from '../env.ts';

/** fauxqs has one account. */
const ACCOUNT = '000000000000';

/** Where everything of one app is on this machine. */
export interface Addresses {
  readonly region: string;
  readonly sqsEndpoint: string;
  readonly dynamoEndpoint: string;
  /** Everything of a queue's URL before its own name. */
  readonly queuePrefix: string;
  /** Everything of a queue's ARN before its own name. */
  readonly arnPrefix: string;
  readonly table: string;
}

/** Names what belongs to an app, as the construct does: queues are `<app>-<queue>`. */
export function addressesOf(
  appName: string,
  region: string,
  servers: { readonly sqsEndpoint: string; readonly dynamoEndpoint: string },
): Addresses {
  const { sqsEndpoint, dynamoEndpoint } = servers;
  return {
    region,
    sqsEndpoint,
    dynamoEndpoint,
    queuePrefix: `${sqsEndpoint}/${ACCOUNT}/${appName}-`,
    arnPrefix: `arn:aws:sqs:${region}:${ACCOUNT}:${appName}-`,
    table: `celeriac-${appName}`,
  };
}

/**
 * The variables that a producer or a worker needs to be at home here. The credentials are no secrets: the embedded servers
 * take any. Unknown tasks fail at once, since nothing is being deployed.
 */
export function environmentOf(addresses: Addresses): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_SQS: addresses.sqsEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB: addresses.dynamoEndpoint,
    AWS_REGION: addresses.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    [ENV.queuePrefix]: addresses.queuePrefix,
    [ENV.table]: addresses.table,
    [ENV.graceSeconds]: '0',
  };
}

/** A queue's name as SQS knows it. */
export function queueNameIn({ queuePrefix }: Addresses, queue: string): string {
  return queuePrefix.slice(queuePrefix.lastIndexOf('/') + 1) + queue;
}
