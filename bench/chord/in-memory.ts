import { chord, createApp } from 'celeriac';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { connect } from '../../src/client/connection.ts';
import { atOnce, memoryPorts } from '../../src/memory/memory-ports.ts';
import type { StoredMessage } from '../../src/memory/memory-queue.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import type { SqsHandler, SqsRecord } from '../../src/ports/sqs-event.ts';
import type { Telemetry } from '../../src/ports/telemetry.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { type Calls, counted, noCalls } from './counted-ports.ts';

/** How a chord in memory is run. */
export interface InMemory {
  readonly members: number;
  /** @default 10 */
  readonly batchSize?: number;
  /** Deals the members out so that no two of a batch share a leaf, where there are leaves enough. @default false */
  readonly scattered?: boolean;
  /** The members alone: plain tasks whose results are stored, no group. @default false */
  readonly alone?: boolean;
  /** @default true */
  readonly count?: boolean;
}

/** What came of it. */
export interface Ran {
  readonly calls: Calls;
  /** From the call to the end of the last task. */
  readonly seconds: number;
  /** CPU of this thread for all of it. */
  readonly cpuSeconds: number;
  /** The body's result. */
  readonly value: unknown;
  /** How often an end of the body was stored. */
  readonly bodyEnds: number;
}

const TIMEOUT_MS = 60_000;
/** Invocations that run at the same time. */
const CONCURRENCY = 2;
const SILENT: Telemetry = { event: () => {}, log: ({ message }) => console.error(message), flush: () => {} };

/** Runs a chord of no-op members whose body adds their results up, on the real worker and ports in memory. */
export async function runInMemory(run: InMemory): Promise<Ran> {
  const { members, alone = false, count = true } = run;
  const app = createApp('bench');
  const add = app.task('add', {}, (x: number, y: number) => x + y);
  const total = app.task('total', {}, (values: number[]) => values.reduce((a, b) => a + b, 0));
  const core = coreOf(app);
  const store = new MemoryStore(core.queues.keys());
  const calls = noCalls();
  const bare = memoryPorts(store, { clock: systemClock, random: systemRandom, telemetry: SILENT, carry: atOnce });
  const ports = count ? counted(bare, calls) : bare;
  connect(core, () => ports);
  let bodyEnds = 0;
  store.onWrite = ({ kind, by }) => {
    if (kind === 'end' && by.task === 'total') bodyEnds += 1;
  };
  const handler = workerHandler(core, { ports, graceMs: 0, physicalPrefix: '', exit: () => process.exit(1) });
  const startedAt = performance.now();
  const cpuBefore = process.threadCpuUsage();
  const handle = alone
    ? undefined
    : await chord(
        numbers(members).map((n) => add.s(n, n)),
        total.s(),
      ).applyAsync();
  if (alone) await Promise.all(numbers(members).map((n) => add.delay(n, n)));
  await drain(store, handler, calls, run);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1_000_000;
  return { calls, seconds, cpuSeconds, value: await handle?.get({ timeout: 10 }), bodyEnds };
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** Takes the queue's messages batch by batch until nothing more comes. */
async function drain(store: MemoryStore, handler: SqsHandler, calls: Calls, run: InMemory): Promise<void> {
  const { batchSize = 10, scattered = false } = run;
  const { messages } = store.queue('default');
  while (messages.length > 0) {
    const taken = messages.splice(0);
    const batches = batchesOf(scattered ? deal(taken, batchSize) : taken, batchSize);
    const lane = async () => {
      for (let batch = batches.pop(); batch; batch = batches.pop()) {
        const { batchItemFailures } = await handler({ Records: batch.map(recordOf) }, CONTEXT);
        if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records came back`);
        calls.polls += 2;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  }
}

const CONTEXT = { getRemainingTimeInMillis: () => TIMEOUT_MS };

function batchesOf<T>(all: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < all.length; start += size) batches.push(all.slice(start, start + size));
  return batches.reverse(); // taken from the end
}

/** As cards are dealt: neighbours of a batch are as far apart as they can be. */
function deal<T>(all: readonly T[], hands: number): T[] {
  const apart = Math.ceil(all.length / hands);
  const dealt: T[] = [];
  for (let start = 0; start < apart; start++) {
    for (let at = start; at < all.length; at += apart) dealt.push(all[at] as T);
  }
  return dealt;
}

function recordOf({ sqsMessageId, body, sentAtMs, place }: StoredMessage): SqsRecord {
  return {
    messageId: sqsMessageId,
    receiptHandle: place,
    body,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(sentAtMs) },
    messageAttributes: {},
    eventSourceARN: 'arn:aws:sqs:memory:000000000000:default',
  };
}
