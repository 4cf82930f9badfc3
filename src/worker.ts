import { mappingLook } from './aws/event-source-mapping.ts';
import { portsFromEnv } from './default-ports.ts';
import { type Env, readEnv } from './env.ts';
import type { Ports } from './ports/ports.ts';
import { lastPartOf, type PhysicalNames } from './ports/queue-names.ts';
import type { SqsHandler } from './ports/sqs-event.ts';
import { coreOf } from './task/core-of.ts';
import { workerHandler } from './worker/handler.ts';
import type { MappingLook } from './worker/invocation.ts';
import { lostHandler } from './worker/lost.ts';

export type { InvocationContext, SqsBatchResponse, SqsEvent, SqsHandler, SqsRecord } from './ports/sqs-event.ts';

/** What a worker is told of its deployment. */
export interface WorkerOptions {
  /** Names of tasks that the app has, but this worker's code has not: its dead letters then say so. @default [] */
  readonly elsewhere?: readonly string[];
}

/**
 * Makes the Lambda handler of an app's worker: `export const handler = createWorker(app)`.
 *
 * It takes SQS events and answers with partial batch responses, so the event source mapping must have
 * `ReportBatchItemFailures`. Where its queues and its table are it reads from the environment at its first event.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createWorker(app: object, { elsewhere = [] }: WorkerOptions = {}): SqsHandler {
  const own = { elsewhere: new Set(elsewhere), exit: () => process.exit(1) };
  return atFirstEvent((parts) => workerHandler(coreOf(app), { ...parts, ...own }));
}

/**
 * Makes the Lambda handler of the lost queues. It loads no user code, so that it works when a deployment is broken.
 */
export function createLostWorker(): SqsHandler {
  return atFirstEvent(lostHandler);
}

interface Parts extends PhysicalNames {
  readonly ports: Ports;
  readonly graceMs: number;
  readonly mapping?: MappingLook;
}

function atFirstEvent(make: (parts: Parts) => SqsHandler): SqsHandler {
  let handler: SqsHandler | undefined;
  return (event, context) => {
    handler ??= make(partsFromEnv());
    return handler(event, context);
  };
}

function partsFromEnv(): Parts {
  // biome-ignore lint/style/noProcessEnv: the entry of a function is where its environment is read
  const environment = process.env;
  const env = readEnv(environment);
  const ports = portsFromEnv(environment);
  const mapping = env.checkMapping ? { mapping: mappingLook({ environment, clock: ports.clock }) } : {};
  return { ports, graceMs: env.graceSeconds * 1_000, ...mapping, ...namesOf(env) };
}

function namesOf({ queuePrefix, queueUrls }: Env): PhysicalNames {
  const otherNames = new Map(Object.entries(queueUrls).map(([queue, url]) => [lastPartOf(url), queue]));
  return { physicalPrefix: lastPartOf(queuePrefix), otherNames };
}
