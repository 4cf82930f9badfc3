import { describe, expect, it } from 'vitest';
import { encode } from '../../src/message/codec.ts';
import { MESSAGE_DEFAULTS } from '../../src/message/message.ts';
import type { Write } from '../../src/protocol/write.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { workerHandler } from '../../src/worker/handler.ts';
import { connected, NOW_MS } from '../support/connected.ts';

/** A worker that is handed messages of tasks which were begun so often already and never ended. */
function setUp() {
  const { app, ports, store } = connected();
  const begun: string[] = [];
  app.task('t', { bind: true }, (self) => {
    begun.push(self.request.id ?? '');
    return null;
  });
  const handler = workerHandler(coreOf(app), { ports, graceMs: 0, physicalPrefix: '', exit: () => {} });
  const beginBefore = (id: string, times: number) => {
    for (let time = 0; time < times; time++) {
      const identity = {
        id,
        task: 't',
        queue: 'default',
        root: id,
        copy: id,
        generation: 0,
        round: 0,
        redriven: false,
      };
      const by = { ...identity, nowMs: NOW_MS - 1_000, expiresAtMs: NOW_MS + 86_400_000, token: `${id} ${time}` };
      store.write({ kind: 'claim', by, leaseUntilMs: NOW_MS - 1_000, atMostOnce: false } satisfies Write);
    }
  };
  const deliver = (records: readonly { readonly id: string; readonly receives: number }[]) =>
    handler(
      {
        Records: records.map(({ id, receives }) => ({
          messageId: id,
          receiptHandle: id,
          body: encode({ ...MESSAGE_DEFAULTS, id, copy: id, root: id, task: 't' }),
          attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(NOW_MS) },
          messageAttributes: {},
          eventSourceARN: 'arn:aws:sqs:memory:000000000000:default',
        })),
      },
      { getRemainingTimeInMillis: () => 30_000 },
    );
  return { begun, beginBefore, deliver };
}

describe('messages that may have killed a process', () => {
  it('run after all others, the least suspicious one first', async () => {
    const { begun, beginBefore, deliver } = setUp();
    beginBefore('twice', 2);
    beginBefore('once', 1);
    await deliver([
      { id: 'twice', receives: 3 },
      { id: 'once', receives: 4 },
      { id: 'new', receives: 1 },
      { id: 'never', receives: 3 },
    ]);
    expect(begun).toEqual(['new', 'never', 'once', 'twice']);
  });
});
