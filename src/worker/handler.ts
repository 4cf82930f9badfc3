import type { Ports } from '../ports/ports.ts';
import { ownNameOf, type PhysicalNames } from '../ports/queue-names.ts';
import {
  type InvocationContext,
  queueNameOf,
  type SqsBatchResponse,
  type SqsEvent,
  type SqsHandler,
} from '../ports/sqs-event.ts';
import type { AppCore } from '../task/app-core.ts';
import { Arrivals } from './arrivals.ts';
import { batch } from './batch.ts';
import type { Invocation, MappingLook, Worker } from './invocation.ts';
import { KnownOrders } from './known-orders.ts';
import { protectedFromDeletion } from './whole-batches.ts';

/** What a worker stands on. */
export interface WorkerParts extends PhysicalNames {
  readonly ports: Ports;
  /** How long an unknown task waits for a rolling deployment. */
  readonly graceMs: number;
  /** Tasks that the app has, but the code of this worker has not. @default none */
  readonly elsewhere?: ReadonlySet<string>;
  /** Looks whether the event source mapping is as the construct made it. @default it is not looked at */
  readonly mapping?: MappingLook;
  /** Ends this process. */
  readonly exit: () => void;
}

/** Makes the Lambda handler of a worker: an SQS event in, the records that come back out. */
export function workerHandler(core: AppCore, parts: WorkerParts): SqsHandler {
  const worker: Worker = { core, orders: new KnownOrders(), ...parts };
  return protectedFromDeletion((event, context) => handle(event, context, worker), worker);
}

async function handle(event: SqsEvent, context: InvocationContext, worker: Worker): Promise<SqsBatchResponse> {
  const { clock, telemetry } = worker.ports;
  const startedAtMs = clock.now();
  const budgetMs = context.getRemainingTimeInMillis();
  const arrivals = new Arrivals(worker.ports.barrier, clock);
  const invocation: Invocation = { worker, budgetMs, deadlineMs: startedAtMs + budgetMs, arrivals };
  const response = await batch(event, invocation);
  const queue = ownNameOf(queueNameOf(event.Records[0]?.eventSourceARN ?? ''), worker);
  const [records, returned] = [event.Records.length, response.batchItemFailures.length];
  telemetry.event({ kind: 'batch', queue, records, returned, tookMs: clock.now() - startedAtMs });
  telemetry.flush();
  return response;
}
