import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { memoryPorts } from '../../src/memory/memory-ports.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import type { SqsEvent } from '../../src/ports/sqs-event.ts';
import { workerHandler } from '../../src/worker/handler.ts';

const SEED = 20_260_102;
const BATCH = 10;
const BATCHES = 10_000;

// no id: equal ones in a batch would be one task
const good = { v: 1, task: 'nobody.has.it', args: [1, { b: 'x' }], retries: 0, hops: 0 };
const fields = [
  ...Object.keys(good),
  'copy',
  'root',
  'headers',
  'parent',
  'again',
  'round',
  'generation',
  'redriven',
  'limits',
  'newer',
];
const odd = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.constantFrom(null, -1, 1.5, 1e308, '', ' ', '\uD800', '\uFFFF', 'x'.repeat(2_000), [[]], { length: -1 }),
);

/** Bodies as broken producers write them; whatever of them can be read names a task that nobody has. */
const body = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.nat(JSON.stringify(good).length - 1).map((cut) => JSON.stringify(good).slice(0, cut)),
  fc.tuple(fc.constantFrom(...fields), odd).map(([field, value]) => JSON.stringify({ ...good, [field]: value })),
  fc
    .constantFrom('[', '{"task":"t","args":[')
    .chain((open) => fc.integer({ min: 1, max: 600 }).map((n) => open + '['.repeat(n))),
  fc.integer({ min: 190, max: 600 }).map((n) => `{"task":"nobody","args":[${'['.repeat(n)}${']'.repeat(n)}]}`),
  fc.constantFrom('', 'a b', 'é', 'x'.repeat(201)).map((id) => JSON.stringify({ ...good, id })),
  fc.integer({ min: 101, max: 999 }).map((hops) => JSON.stringify({ ...good, hops })),
  fc
    .constantFrom('1e999', '-1e999', '123456789012345678901234567890')
    .map((n) => `{"task":"nobody","args":[${n}],"retries":${n}}`),
  fc
    .constantFrom('__proto__', 'constructor', 'prototype', 'toString')
    .map((key) => `{"${key}":{"task":"x"},"task":"nobody"}`),
);

describe('malformed bodies', () => {
  it(`never throw out of the handler, and each of ${BATCH * BATCHES} ends in the dead-letter queue with a reason`, async () => {
    const reasons = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(body.map(deliverable), { minLength: BATCH, maxLength: BATCH }), async (bodies) => {
        const store = new MemoryStore(['default']);
        const ports = memoryPorts(store, { clock: systemClock, random: systemRandom });
        const core = { name: 'none', registry: new Map(), queues: new Map(), resolveQueue: () => 'default' };
        const handler = workerHandler(core, {
          ports,
          graceMs: 0,
          physicalPrefix: '',
          exit: () => expect.fail('exited'),
        });
        const response = await handler(eventOf(bodies), { getRemainingTimeInMillis: () => 30_000 });
        const letters = store.queue('default-dlq').messages;
        expect(response.batchItemFailures).toEqual([]);
        expect(letters).toHaveLength(BATCH);
        for (const { attributes } of letters) {
          const { reason = '' } = attributes;
          expect(reason).toMatch(/^(unreadable|unknown-task|newer-version|hop-limit)$/);
          reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        }
      }),
      { seed: SEED, numRuns: BATCHES },
    );
    console.log(Object.fromEntries(reasons));
    expect([...reasons.keys()].sort()).toEqual(['hop-limit', 'newer-version', 'unknown-task', 'unreadable']);
  });
});

/** SQS takes in, and so gives out, no empty body and not every character. */
function deliverable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those that SQS refuses
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/g, '?') || '?';
}

function eventOf(bodies: readonly string[]): SqsEvent {
  return {
    Records: bodies.map((text, i) => ({
      messageId: `m${i}`,
      receiptHandle: `r${i}`,
      body: text,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
      messageAttributes: {},
      eventSourceARN: 'arn:aws:sqs:memory:000000000000:default',
    })),
  };
}
