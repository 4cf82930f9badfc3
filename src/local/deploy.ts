import { LOST_TIMEOUT_SECONDS, MAPPING_MAX_BATCH_WITHOUT_WINDOW, VISIBILITY_MARGIN_SECONDS } from '../base/limits.ts';
import { lostQueueOf } from '../ports/queue-names.ts';
import { functionTimeoutSeconds as defaultTimeoutSeconds } from '../task/function-timeout.ts';
import { type Addresses, addressesOf, environmentOf } from './addresses.ts';
import type { Deployment } from './deployment.ts';
import { EventSource } from './event-source.ts';
import type { Reporter } from './function-spec.ts';
import { functionVariables } from './function-variables.ts';
import { inheritedVariables } from './inherited.ts';
import { type Functions, Local } from './local.ts';
import { LocalFunction } from './local-function.ts';
import type { LocalOptions, QueueTimes } from './local-options.ts';
import { localTools } from './local-tools.ts';
import { createQueues, createTable } from './provision.ts';
import { QueueClient } from './queue-client.ts';
import { refuseRealAws } from './real-aws.ts';
import { type Servers, startServers } from './servers.ts';
import { SqsWire } from './sqs-wire.ts';

const DEFAULT_CONCURRENCY = 2;
const DEFAULT_REGION = 'us-east-1';

/**
 * Starts the embedded AWS, makes an app's queues and table, and runs its functions on them.
 *
 * @throws {RealAwsError} the environment points at an AWS elsewhere
 * @throws {ConfigurationError} a port that was asked for is taken
 */
export async function deploy(deployment: Deployment, options: LocalOptions = {}): Promise<Local> {
  const inherited = inheritedVariables();
  if (!options.allowAws) refuseRealAws(inherited);
  const { ports, onServerDied } = options;
  const servers = await startServers({
    ...(ports ? { ports } : {}),
    ...(onServerDied ? { onDied: onServerDied } : {}),
  });
  try {
    const functionTimeoutSeconds = defaultTimeoutSeconds(deployment.tasks ?? []);
    return await deployOn(servers, deployment, { functionTimeoutSeconds, ...options, inherited });
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

type FilledOptions = LocalOptions & { readonly functionTimeoutSeconds: number; readonly inherited: NodeJS.ProcessEnv };

async function deployOn(servers: Servers, deployment: Deployment, options: FilledOptions): Promise<Local> {
  const region = options.inherited.AWS_REGION || DEFAULT_REGION;
  const addresses = addressesOf(deployment.name, region, servers);
  const tools = localTools(addresses);
  const queues = [...deployment.queues.keys()];
  const lostVisibilitySeconds = LOST_TIMEOUT_SECONDS + VISIBILITY_MARGIN_SECONDS;
  await Promise.all([
    createTable(tools.dynamo, addresses.table),
    ...queues.map((name) => {
      const { visibilitySeconds } = timesOf(name, options);
      return createQueues(tools.sqs, addresses, { name, visibilitySeconds, lostVisibilitySeconds });
    }),
  ]);
  const functions = functionsOf(deployment, servers, addresses, options);
  const wire = new SqsWire(addresses.sqsEndpoint);
  return new Local({
    addresses,
    queues,
    tools,
    functions,
    sources: sourcesOf(deployment, { wire, addresses, functions, options }),
    async close() {
      wire.close();
      tools.close();
      await servers.stop();
      deployment.cleanUp?.();
    },
  });
}

/** A queue's own times, else those of all. */
function timesOf(queue: string, options: FilledOptions): Required<QueueTimes> {
  const own = options.queues?.[queue] ?? {};
  const { functionTimeoutSeconds = options.functionTimeoutSeconds } = own;
  const all = own.functionTimeoutSeconds === undefined ? options.visibilitySeconds : undefined;
  const { visibilitySeconds = all ?? functionTimeoutSeconds + VISIBILITY_MARGIN_SECONDS } = own;
  return { functionTimeoutSeconds, visibilitySeconds };
}

function functionsOf(
  deployment: Deployment,
  servers: Servers,
  addresses: Addresses,
  options: FilledOptions,
): Functions {
  const { freeze = process.platform !== 'win32' } = options;
  const { allowAws = false, inherited, env: extra = {} } = options;
  const make = (handler: 'worker' | 'lost', timeoutSeconds: number, queue?: string) => {
    const name = `${deployment.name}-${handler}${queue === undefined ? '' : `-${queue}`}`;
    const environment = functionVariables({
      inherited,
      addresses: environmentOf(addresses),
      extra,
      functionName: name,
      allowAws,
    });
    const report = reporterOf(options);
    const spec = {
      name,
      handler: 'handler',
      timeoutMs: timeoutSeconds * 1_000,
      environment,
      freeze,
      guard: servers.guard,
      report,
    };
    return new LocalFunction(spec, deployment.bundles[handler]);
  };
  const worker = make('worker', options.functionTimeoutSeconds);
  const own = [...deployment.queues.keys()]
    .filter((queue) => options.queues?.[queue] !== undefined)
    .map((queue) => [queue, make('worker', timesOf(queue, options).functionTimeoutSeconds, queue)] as const);
  return { worker, own: new Map(own), lost: make('lost', LOST_TIMEOUT_SECONDS) };
}

interface SourceParts {
  readonly wire: SqsWire;
  readonly addresses: Addresses;
  readonly functions: Functions;
  readonly options: LocalOptions;
}

/** One event source for each queue and each lost queue. */
function sourcesOf(deployment: Deployment, parts: SourceParts): ReadonlyMap<string, EventSource> {
  const { concurrency = DEFAULT_CONCURRENCY } = parts.options;
  const sources = new Map<string, EventSource>();
  for (const [queue, declared] of deployment.queues) {
    const { batchSize = MAPPING_MAX_BATCH_WITHOUT_WINDOW, maxConcurrency = concurrency } = declared;
    const limits = { batchSize, windowMs: 0, maxConcurrency: Math.min(concurrency, maxConcurrency) };
    sources.set(queue, sourceOf(queue, parts.functions.own.get(queue) ?? parts.functions.worker, parts, limits));
    const lost = lostQueueOf(queue);
    const lostLimits = { batchSize: MAPPING_MAX_BATCH_WITHOUT_WINDOW, windowMs: 0, maxConcurrency: 1 };
    sources.set(lost, sourceOf(lost, parts.functions.lost, parts, lostLimits));
  }
  return sources;
}

function sourceOf(
  queue: string,
  target: LocalFunction,
  { wire, addresses, options }: SourceParts,
  limits: { readonly batchSize: number; readonly windowMs: number; readonly maxConcurrency: number },
): EventSource {
  return new EventSource({
    ...limits,
    queue,
    arn: addresses.arnPrefix + queue,
    region: addresses.region,
    client: new QueueClient(wire, addresses.queuePrefix + queue),
    invoke: (event) => target.invoke(event),
    report: reporterOf(options),
  });
}

function reporterOf({ onEvent, onLog, onPlatform }: LocalOptions): Reporter {
  return {
    event: (event) => onEvent?.(event),
    log: (line) => onLog?.(line),
    platform: (event) => onPlatform?.(event),
  };
}
