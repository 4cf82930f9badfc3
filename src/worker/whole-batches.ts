import { WholeBatchError } from '../base/errors.ts';
import { ownNameOf } from '../ports/queue-names.ts';
import { queueNameOf, type SqsBatchResponse, type SqsEvent, type SqsHandler } from '../ports/sqs-event.ts';
import type { MappingLook, Worker } from './invocation.ts';

/** One environment of all looks so often: Lambda takes few calls of that kind, and nobody changes a mapping often. */
const CHECK_EVERY_MS = 3_600_000;
/** The same until a look has found something: the first may come to nothing where the start of many functions keeps a machine busy. */
const FIRST_CHECK_EVERY_MS = 300_000;
/** A batch waits no longer for the look, which happens beside it. */
const CHECK_LIMIT_MS = 2_000;

/**
 * Protects messages from an event source mapping that does not report partial batch failures: it deletes whatever an
 * invocation that did not fail has received, also what the worker gives back to be retried, to wait, or to come again.
 *
 * Once an hour (every five minutes until a look has succeeded) one environment of a function looks at its mapping, and tells
 * the others where they look for orders anyway. As long as it is known to be wrong, a batch of which something has to come back
 * fails as a whole, after what is done was deleted. What could not be deleted comes back as well, and settles again.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function protectedFromDeletion(handler: SqsHandler, worker: Worker): SqsHandler {
  const { mapping } = worker;
  if (!mapping) return handler;
  return async (event, context) => {
    const looked = isWhole(event, worker, mapping);
    const response = await handler(event, context);
    const whole = await looked;
    return whole && response.batchItemFailures.length > 0 ? failWhole(event, response, worker) : response;
  };
}

/** Is the mapping known to be wrong? Never throws, and never takes longer than its limit. */
async function isWhole(event: SqsEvent, worker: Worker, mapping: MappingLook): Promise<boolean> {
  const arn = event.Records[0]?.eventSourceARN ?? '';
  const queue = ownNameOf(queueNameOf(arn), worker);
  const { clock, telemetry } = worker.ports;
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const limit = new AbortController();
  const cancel = clock.after(CHECK_LIMIT_MS, () => {
    limit.abort(new Error(`no answer within ${CHECK_LIMIT_MS / 1_000} s`));
    resolve();
  });
  const known = () => worker.orders.noteOf(queue)?.wholeBatches === true;
  try {
    const found = await Promise.race([look(queue, worker, () => mapping(arn, limit.signal)), late]);
    return found ?? known();
  } catch (error) {
    telemetry.log({
      level: 'debug',
      message: 'event source mapping not looked at',
      fields: { queue, error: String(error) },
    });
    return known();
  } finally {
    cancel();
  }
}

/** Brings what is known of a queue's mapping up to date: by what others have found, or by a look of its own, whose finding it returns. */
async function look(
  queue: string,
  { orders, ports }: Worker,
  ask: () => Promise<boolean>,
): Promise<boolean | undefined> {
  const { backend, clock, telemetry } = ports;
  if (orders.isStale(clock.now())) await orders.refresh(ports);
  const { checkedAtMs = Number.NEGATIVE_INFINITY, wholeBatches: found } = orders.noteOf(queue) ?? {};
  const everyMs = found === undefined ? FIRST_CHECK_EVERY_MS : CHECK_EVERY_MS;
  if (clock.now() - checkedAtMs < everyMs) return undefined;
  const isOurs = await backend.beginCheck(queue, everyMs);
  orders.learn({ queue, checkedAtMs: clock.now() });
  if (!isOurs) return undefined;
  const wholeBatches = !(await ask());
  orders.learn({ queue, wholeBatches });
  if (wholeBatches) telemetry.log({ level: 'error', message: wrongMapping(queue), fields: { queue } });
  await backend.endCheck(queue, wholeBatches);
  return wholeBatches;
}

async function failWhole(event: SqsEvent, response: SqsBatchResponse, worker: Worker): Promise<never> {
  const { broker, telemetry } = worker.ports;
  const back = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = event.Records.filter(({ messageId }) => !back.has(messageId));
  const queue = ownNameOf(queueNameOf(event.Records[0]?.eventSourceARN ?? ''), worker);
  try {
    const receiptHandles = done.map(({ receiptHandle }) => receiptHandle);
    if (done.length > 0) await broker.delete(queue, receiptHandles);
  } catch (error) {
    const message = 'settled messages not deleted: they come back and settle again';
    telemetry.log({ level: 'warn', message, fields: { error: String(error) } });
  }
  throw new WholeBatchError(
    `${back.size} of ${event.Records.length} messages have to come back, so all fail: ${wrongMapping(queue)}`,
  );
}

function wrongMapping(queue: string): string {
  return (
    `the event source mapping of queue "${queue}" does not report partial batch failures, so Lambda would delete what failed ` +
    'instead of giving it back; set its FunctionResponseTypes to ReportBatchItemFailures: deploy the stack again'
  );
}
