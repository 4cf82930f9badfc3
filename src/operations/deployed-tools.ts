import { lazyClients } from '../aws/clients.ts';
import { lastPartOf } from '../ports/queue-names.ts';
import { explained } from './aws-error.ts';
import { type DeployedApp, findDeployed, listQueues } from './find-deployed.ts';
import { type LambdaApi, lambdaApi } from './lambda-api.ts';
import type { Place } from './place.ts';
import { QueueTools } from './queue-tools.ts';
import { ON_AWS } from './receive-all.ts';

/** An app on AWS, and what can be done with it. */
export interface Deployed extends DeployedApp {
  readonly region: string;
  readonly tools: QueueTools;
  /** Absent where only the other services are told to be elsewhere: real functions are not asked about queues of an emulator. */
  readonly lambda?: LambdaApi;
}

/**
 * Does something with the app whose queues begin with a prefix. Region, credentials and endpoints are the SDK's own.
 *
 * @throws {ConfigurationError} there is no such app; no credentials, no region
 * @throws {ServiceError} AWS refuses a call
 */
export function withDeployed<T>(prefix: string, use: (deployed: Deployed) => Promise<T>): Promise<T> {
  return explaining(async () => {
    const lambda = await lambdaApi();
    const { sqs } = lazyClients();
    try {
      const found = await findDeployed(prefix, { sqs: sqs(), lambda });
      return await withTools(found, { lambda }, use);
    } finally {
      lambda.close();
      sqs().destroy();
    }
  });
}

/**
 * Does something with the app whose place is known, without looking for it.
 *
 * @param region  as its variables have it
 */
export function withPlace<T>(
  place: Place,
  { region, asksLambda }: { readonly region?: string; readonly asksLambda: boolean },
  use: (deployed: Deployed) => Promise<T>,
): Promise<T> {
  return explaining(async () => {
    const lambda = asksLambda ? await lambdaApi(region) : undefined;
    const { sqs } = lazyClients(region);
    try {
      const prefix = lastPartOf(place.queuePrefix).replace(/-$/, '');
      return await withTools({ prefix, place, queues: await listQueues(place, sqs()) }, { lambda, region }, use);
    } finally {
      lambda?.close();
      sqs().destroy();
    }
  });
}

async function withTools<T>(
  found: DeployedApp,
  { lambda, region: given }: { readonly lambda: LambdaApi | undefined; readonly region?: string | undefined },
  use: (deployed: Deployed) => Promise<T>,
): Promise<T> {
  const { sqs, dynamo } = lazyClients(given);
  const tools = new QueueTools({ place: found.place, sqs: sqs(), dynamo: dynamo(), patience: ON_AWS });
  try {
    const region = await tools.sqs.config.region();
    return await use({ ...found, region, tools, ...(lambda ? { lambda } : {}) });
  } finally {
    tools.close();
  }
}

async function explaining<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explained(error);
  }
}
