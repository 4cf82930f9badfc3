import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NO_LOGGER } from './no-logger.ts';

/** The SDK's clients, each built when it is first asked for: a worker without results never builds the table's. */
export interface Clients {
  readonly sqs: () => SQSClient;
  readonly dynamo: () => DynamoDBClient;
}

/**
 * Of one call, the first included, with the SDK's own backoff and jitter; its default is three. Who needs the call to succeed
 * tries on until his deadline.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const MAX_ATTEMPTS = 5;

/** The SDK waits for ever by default; a connection that hangs must not use up a function's time. */
const REQUEST_HANDLER = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * Makes the clients. Endpoints, credentials and, unless given, the region come from the SDK's own variables.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
export function lazyClients(region?: string): Clients {
  const config = {
    ...(region !== undefined ? { region } : {}),
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    requestHandler: REQUEST_HANDLER,
    logger: NO_LOGGER,
  };
  return {
    // md5: TLS protects the bodies already, and it would be a fifth of a send's time.
    // useQueueUrlAsEndpoint: otherwise the host of a queue's URL would override AWS_ENDPOINT_URL_SQS
    sqs: once(() => new SQSClient({ ...config, md5: false, useQueueUrlAsEndpoint: false })),
    dynamo: once(() => new DynamoDBClient(config)),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
