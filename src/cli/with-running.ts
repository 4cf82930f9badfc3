import { UnknownQueueError } from '../base/errors.ts';
import { ENV, type Env, readEnv } from '../env.ts';
import { environmentOf } from '../local/addresses.ts';
import { inheritedVariables } from '../local/inherited.ts';
import { localTools } from '../local/local-tools.ts';
import { isLoopback } from '../local/real-aws.ts';
import { storedWorkflows } from '../local/stored-workflows.ts';
import { type Deployed, withDeployed, withPlace } from '../operations/deployed-tools.ts';
import type { LambdaApi } from '../operations/lambda-api.ts';
import type { QueueTools } from '../operations/queue-tools.ts';
import type { ManifestTask } from '../task/manifest.ts';
import { type DevState, findDevState, findDevStateIfAny } from './dev-state.ts';
import { readCode } from './read-code.ts';
import { styled } from './style.ts';

/** The options by which every command finds its app. */
export interface AppOption {
  /** A folder, or the module with the app. @default this folder, or one above it */
  readonly app?: string;
  /** The prefix of the queues of an app that is deployed. @default one that `celeriac dev` runs */
  readonly deployed?: string;
}

/** An app that runs, here or on AWS. */
export interface Running {
  readonly kind: 'dev' | 'deployed';
  readonly tools: QueueTools;
  readonly queues: readonly string[];
  /** Unknown of a deployed app, unless its code is named. */
  readonly tasks?: readonly ManifestTask[];
  /** With which a producer is at home there. */
  readonly variables: Readonly<Record<string, string>>;
  /** The ids of the workflows in which a text occurs. It reads the whole table, so it is there on this machine only. */
  readonly workflowsWith?: (text: string) => Promise<readonly string[]>;
  readonly lambda?: LambdaApi;
}

/**
 * Does something with the app that is meant: the deployed one that is named, else the one in the environment's variables, else the
 * one that `celeriac dev` runs.
 *
 * A running `celeriac dev` comes before variables that point at this machine: they may be those of an earlier one.
 */
export function withRunning<T>(options: AppOption, use: (running: Running) => Promise<T>): Promise<T> {
  const { app, deployed } = options;
  if (deployed !== undefined) {
    return withDeployed(deployed, async (found) => use({ ...runningOn(found), ...(await tasksOf(app)) }));
  }
  const environment = inheritedVariables();
  const isTold = environment[ENV.queuePrefix] !== undefined && environment[ENV.table] !== undefined;
  if (app !== undefined || !isTold) return withDev(findDevState(app), use);
  const env = readEnv(environment);
  const dev = isLoopback(env.queuePrefix) ? findDevStateIfAny() : undefined;
  return dev ? withDev(dev, use) : withEnvironment(env, environment, use);
}

async function withDev<T>(state: DevState, use: (running: Running) => Promise<T>): Promise<T> {
  const { addresses, queues, tasks } = state;
  const tools = localTools(addresses);
  try {
    return await use({
      kind: 'dev',
      tools,
      queues,
      tasks,
      variables: environmentOf(addresses),
      workflowsWith: (text) => storedWorkflows(tools.dynamo, addresses.table, text),
    });
  } finally {
    tools.close();
  }
}

/** Nobody should reach an app on AWS without having seen it. */
function withEnvironment<T>(
  env: Env,
  environment: NodeJS.ProcessEnv,
  use: (running: Running) => Promise<T>,
): Promise<T> {
  console.error(styled('dim', `celeriac: the app at ${env.queuePrefix}… (${ENV.queuePrefix})`));
  return withPlace(env, { ...env, asksLambda: isLambdaThere(environment) }, (found) => use(runningOn(found)));
}

/** Where SQS alone is somewhere else, the Lambda that the SDK would find is not the one of these queues. */
function isLambdaThere(environment: NodeJS.ProcessEnv): boolean {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL_SQS } = environment;
  return !AWS_ENDPOINT_URL_SQS || Boolean(AWS_ENDPOINT_URL || AWS_ENDPOINT_URL_LAMBDA);
}

function runningOn({ tools, queues, place, region, lambda }: Deployed): Running {
  const { queuePrefix, queueUrls = {}, table } = place;
  const others = Object.keys(queueUrls).length > 0 ? { [ENV.queueUrls]: JSON.stringify(queueUrls) } : {};
  const variables = { AWS_REGION: region, [ENV.queuePrefix]: queuePrefix, [ENV.table]: table, ...others };
  return { kind: 'deployed', tools, queues, variables, ...(lambda ? { lambda } : {}) };
}

async function tasksOf(app: string | undefined): Promise<Pick<Running, 'tasks'>> {
  return app === undefined ? {} : { tasks: (await readCode(app)).tasks };
}

/** The queue that is meant. @throws {UnknownQueueError} the app has no such queue; the text lists those it has */
export function knownQueue(queue: string, { queues }: Running): string {
  if (queues.includes(queue)) return queue;
  throw new UnknownQueueError(queue, queues);
}
