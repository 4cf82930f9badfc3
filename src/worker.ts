import { portsFromEnv } from './default-ports.ts';
import { readEnv } from './env.ts';
import type { Ports } from './ports/ports.ts';
import type { SqsHandler } from './ports/sqs-event.ts';
import { coreOf } from './task/core-of.ts';
import { workerHandler } from './worker/handler.ts';
import { lostHandler } from './worker/lost.ts';

export type { InvocationContext, SqsBatchResponse, SqsEvent, SqsHandler, SqsRecord } from './ports/sqs-event.ts';

/**
 * Makes the Lambda handler of an app's worker: `export const handler = createWorker(app)`.
 *
 * It takes SQS events and answers with partial batch responses, so the event source mapping must have
 * `ReportBatchItemFailures`. Where its queues and its table are it reads from the environment at its first event.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createWorker(app: object): SqsHandler {
  return atFirstEvent((parts) => workerHandler(coreOf(app), { ...parts, exit: () => process.exit(1) }));
}

/**
 * Makes the Lambda handler of the lost queues. It loads no user code, so that it works when a deployment is broken.
 */
export function createLostWorker(): SqsHandler {
  return atFirstEvent(lostHandler);
}

interface Parts {
  readonly ports: Ports;
  readonly graceMs: number;
  readonly physicalPrefix: string;
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
  const { graceSeconds, queuePrefix } = readEnv(environment);
  const physicalPrefix = queuePrefix.slice(queuePrefix.lastIndexOf('/') + 1);
  return { ports: portsFromEnv(environment), graceMs: graceSeconds * 1_000, physicalPrefix };
}
