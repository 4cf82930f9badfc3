import { GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ConfigurationError } from '../base/errors.ts';
import { ENV, readEnv } from '../env.ts';
import { lastPartOf, lostQueueOf } from '../ports/queue-names.ts';
import { queueNameOf } from '../ports/sqs-event.ts';
import { asked, isMissing } from './aws-error.ts';
import { functionNameOf, type LambdaApi } from './lambda-api.ts';
import { type Place, queuesAmong, queuesOf } from './place.ts';

/** An app that runs on AWS. */
export interface DeployedApp {
  /** What the names of its queues begin with, without the `-`. */
  readonly prefix: string;
  readonly place: Place;
  /** Its work queues, also those that the code no longer has as long as they are drained. */
  readonly queues: readonly string[];
}

/** With whom one asks. */
export interface Askable {
  readonly sqs: SQSClient;
  readonly lambda: LambdaApi;
}

/**
 * Finds an app by the prefix of its queues.
 *
 * From the lost queue of `default`, which every app has and which is always called so (`default` itself may be a queue that was
 * there before), to its event source mapping, to the lost function and its variables. The mappings of that function are one for
 * each queue: so the list is exact, and no queue of `digest-eu` passes for one of `digest`, as it might by its name.
 *
 * @throws {ConfigurationError} there is no such app, or not all of it; no credentials, no region
 * @throws {ServiceError} AWS refuses a call: the text says which
 */
export async function findDeployed(prefix: string, { sqs, lambda }: Askable): Promise<DeployedApp> {
  const name = `${prefix}-${lostQueueOf('default')}`;
  const QueueUrl = await urlOf(name, sqs);
  if (QueueUrl === undefined) throw await noApp(prefix, name, sqs);
  const [mapping] = await asked(
    'lambda:ListEventSourceMappings',
    lambda.mappings({ queueArn: await arnOf(QueueUrl, sqs) }),
  );
  if (!mapping?.FunctionArn) {
    throw new ConfigurationError(
      `no function reads the queue "${name}": \`celeriac doctor --deployed ${prefix}\` tells what else is missing`,
    );
  }
  const { FunctionArn } = mapping;
  const { Environment } = await asked('lambda:GetFunctionConfiguration', lambda.configuration(FunctionArn));
  const place = placeOf(Environment?.Variables ?? {}, functionNameOf(FunctionArn));
  const all = await asked('lambda:ListEventSourceMappings', lambda.mappings({ functionName: FunctionArn }));
  const names = all.map(({ EventSourceArn = '' }) => queueNameOf(EventSourceArn));
  return { prefix, place, queues: queuesOf(names, lastPartOf(place.queuePrefix)) };
}

/**
 * The work queues of an app whose place is known, by their names alone: for whoever may not ask Lambda.
 *
 * @throws {ServiceError} AWS refuses to list queues
 */
export async function listQueues({ queuePrefix }: Place, sqs: SQSClient): Promise<readonly string[]> {
  const physicalPrefix = lastPartOf(queuePrefix);
  return queuesAmong(await queueNames(physicalPrefix, sqs), physicalPrefix);
}

/** The names, as SQS has them, of all queues that begin so. @throws {ServiceError} AWS refuses to list queues */
export async function queueNames(QueueNamePrefix: string, sqs: SQSClient): Promise<readonly string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListQueuesCommand({ QueueNamePrefix, MaxResults: 1_000, ...(NextToken ? { NextToken } : {}) });
    const page = await asked('sqs:ListQueues', sqs.send(command));
    names.push(...(page.QueueUrls ?? []).map(lastPartOf));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}

/** A queue's URL by its name; nothing if there is none. */
export async function urlOf(QueueName: string, sqs: SQSClient): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;
  } catch (error) {
    if (isMissing(error)) return undefined;
    return asked('sqs:GetQueueUrl', Promise.reject(error));
  }
}

/** A queue's ARN by its URL. */
export async function arnOf(QueueUrl: string, sqs: SQSClient): Promise<string> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] });
  const { Attributes } = await asked('sqs:GetQueueAttributes', sqs.send(command));
  return Attributes?.QueueArn ?? '';
}

/** Where a function's variables say that queues and table are. @throws {ConfigurationError} they say nothing of it */
export function placeOf(variables: Readonly<Record<string, string>>, functionName: string): Place {
  if (!variables[ENV.queuePrefix] || !variables[ENV.table]) {
    throw new ConfigurationError(
      `function "${functionName}" has neither ${ENV.queuePrefix} nor ${ENV.table} among its variables: it is none of Celeriac's`,
    );
  }
  const { queuePrefix, queueUrls, table } = readEnv(variables);
  return { queuePrefix, queueUrls, table };
}

/** The error for a prefix with which no app is deployed. */
export async function noApp(prefix: string, queue: string, sqs: SQSClient): Promise<ConfigurationError> {
  const region = await sqs.config.region();
  return new ConfigurationError(
    `no app is deployed as "${prefix}" in ${region} of this account (there is no queue "${queue}"); ` +
      "name the prefix of its queues, which is the app's name unless the stack says otherwise, or another region by AWS_REGION",
  );
}
