import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NO_LOGGER } from '../aws/no-logger.ts';
import type { Addresses } from './addresses.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A client of the embedded SQS, whatever the environment of this process says. */
export function localSqs({ region, sqsEndpoint }: Pick<Addresses, 'region' | 'sqsEndpoint'>): SQSClient {
  return new SQSClient({
    region,
    endpoint: sqsEndpoint,
    credentials,
    logger: NO_LOGGER,
    md5: false,
    useQueueUrlAsEndpoint: false,
  });
}

/** A client of the embedded DynamoDB, whatever the environment of this process says. */
export function localDynamo({ region, dynamoEndpoint }: Pick<Addresses, 'region' | 'dynamoEndpoint'>): DynamoDBClient {
  return new DynamoDBClient({ region, endpoint: dynamoEndpoint, credentials, logger: NO_LOGGER });
}
