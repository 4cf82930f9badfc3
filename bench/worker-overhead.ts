import { systemClock } from '../src/base/clock.ts';
import { systemRandom } from '../src/base/random.ts';
import { memoryPorts } from '../src/memory/memory-ports.ts';
import { MemoryStore } from '../src/memory/store.ts';
import { encode } from '../src/message/codec.ts';
import { MESSAGE_DEFAULTS } from '../src/message/message.ts';
import type { SqsEvent } from '../src/ports/sqs-event.ts';
import { DEFAULT_POLICY } from '../src/task/default-policy.ts';
import { workerHandler } from '../src/worker/handler.ts';
import { Report } from './report.ts';

/**
 * CPU of the worker per record of a no-op task, beside a loop written by hand (JSON.parse and await): `npm run bench -- worker`.
 * Both sides take turns in one run; medians and quartiles of all rounds are printed, and their ratio.
 */
const ROUNDS = 30;
const RECORDS = 20_000;
/** DESIGN.md, section 10. */
const MAX_RATIO = 2.5;

const noOp = async () => null;
const definition = {
  name: 'noOp',
  policy: { ...DEFAULT_POLICY, ignoreResult: true },
  bind: false,
  schema: undefined,
  body: noOp,
};
const core = {
  name: 'bench',
  registry: new Map([['noOp', definition]]),
  queues: new Map([['default', {}]]),
  resolveQueue: () => 'default',
};
const silent = { event: () => {}, log: () => {}, flush: () => {} };
const ports = memoryPorts(new MemoryStore(['default']), {
  clock: systemClock,
  random: systemRandom,
  telemetry: silent,
});
const handler = workerHandler(core, { ports, graceMs: 0, physicalPrefix: '', exit: () => process.exit(1) });
const context = { getRemainingTimeInMillis: () => 60_000 };

async function byHand(event: SqsEvent): Promise<number> {
  let done = 0;
  for (const record of event.Records) {
    const { args } = JSON.parse(record.body) as { args: never[] };
    await noOp(...(args as []));
    done += 1;
  }
  return done;
}

const report = new Report();
report.machine();
report.section('CPU of the worker a record of a no-op task without result, and of a loop written by hand');
for (const size of [10, 1_000]) {
  const event = eventOf(size);
  const sides = { worker: [] as number[], 'hand loop': [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    sides['hand loop'].push(await nsPerRecord(() => byHand(event), size));
    sides.worker.push(await nsPerRecord(() => handler(event, context), size));
  }
  const [worker, hand] = [quartiles(sides.worker), quartiles(sides['hand loop'])];
  const besides = `${shown(worker)} ns, by hand ${shown(hand)} ns`;
  report.atMost(`batches of ${size}: ratio of the medians`, worker.median / hand.median, MAX_RATIO, { besides });
}
report.end();

/** CPU of this thread: other work on the machine costs it less than it costs the time on the wall. */
async function nsPerRecord(run: () => Promise<unknown>, size: number): Promise<number> {
  const calls = Math.ceil(RECORDS / size);
  const before = process.threadCpuUsage();
  for (let call = 0; call < calls; call++) await run();
  const { user, system } = process.threadCpuUsage(before);
  return ((user + system) * 1_000) / (calls * size);
}

function eventOf(size: number): SqsEvent {
  const body = (n: number) =>
    encode({
      ...MESSAGE_DEFAULTS,
      id: `id-${n}`,
      copy: `copy-${n}`,
      root: `id-${n}`,
      task: 'noOp',
      args: [n, { to: 'somebody@example.org' }],
    });
  return {
    Records: Array.from({ length: size }, (_, n) => ({
      messageId: `m${n}`,
      receiptHandle: `r${n}`,
      body: body(n),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
      messageAttributes: {},
      eventSourceARN: 'arn:aws:sqs:bench:000000000000:default',
    })),
  };
}

function quartiles(all: readonly number[]) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}

function shown({ low, median, high }: ReturnType<typeof quartiles>): string {
  return `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
}
