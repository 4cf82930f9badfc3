import { SendError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { MAX_CALLS_PER_QUEUE, sendBody } from '../../src/client/outbox.ts';
import { MAX_SEND_TRIES } from '../../src/client/send-entries.ts';
import { scriptedChoices } from '../../src/memory/choices.ts';
import { type Carry, memoryPorts } from '../../src/memory/memory-ports.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { World } from '../../src/memory/world.ts';
import type { OutgoingEntry, SendAnswer } from '../../src/ports/broker.ts';
import type { Ports } from '../../src/ports/ports.ts';

const entry = (body: string, more: Partial<OutgoingEntry> = {}): OutgoingEntry => ({ body, delaySeconds: 0, ...more });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Ports on virtual time whose calls to the broker go through `disturb`. */
function setUp(
  disturb: (sizes: readonly number[], bodies: readonly string[]) => SendAnswer[] | undefined = () => undefined,
) {
  const store = new MemoryStore(['default', 'other']);
  const world = new World(store, scriptedChoices(new Map()));
  const { clock, random, telemetry } = world.process('client', false).ports;
  const sizes: number[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const carry: Carry = async (_call, effect) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    await clock.sleep(10);
    underWay -= 1;
    return effect();
  };
  const memory = memoryPorts(store, { clock, random, carry });
  const ports: Ports = {
    ...memory,
    telemetry,
    broker: {
      ...memory.broker,
      send: async (queue, entries) => {
        sizes.push(entries.length);
        const answers = disturb(
          sizes,
          entries.map(({ body }) => body),
        );
        return answers ?? memory.broker.send(queue, entries);
      },
    },
  };
  const bodies = (queue = 'default') => store.queue(queue).messages.map(({ body }) => body);
  return { world, ports, sizes, bodies, mostUnderWay: () => mostUnderWay };
}

const sent: SendAnswer = { sent: true };
const throttled: SendAnswer = { sent: false, retryable: true, reason: 'throttled' };
const refused: SendAnswer = { sent: false, retryable: false, reason: 'no such queue' };

describe('what is sent in one turn', () => {
  it('leaves whole and in order also where more is sent before the queue is ever empty', async () => {
    const { world, ports, sizes, bodies } = setUp();
    const COUNT = 5_000;
    await world.run(async () => {
      let sent = 0;
      const lane = async () => {
        while (sent < COUNT) await sendBody(ports, 'default', entry(String(sent++)));
      };
      await Promise.all(Array.from({ length: 400 }, lane));
    });
    expect(bodies()).toEqual(numbers(COUNT).map(String));
    expect(sizes.filter((size) => size < 10)).toEqual([]);
  });

  it('leaves in full batches, in order, and each queue for itself', async () => {
    const { world, ports, sizes, bodies } = setUp();
    await world.run(() =>
      Promise.all([
        ...numbers(25).map((i) => sendBody(ports, 'default', entry(String(i)))),
        ...numbers(3).map((i) => sendBody(ports, 'other', entry(String(i)))),
      ]),
    );
    expect(sizes).toEqual([10, 10, 5, 3]);
    expect(bodies()).toEqual(numbers(25).map(String));
    expect(bodies('other')).toEqual(['0', '1', '2']);
  });

  it('fits the bytes that one call may have, attributes counted in', async () => {
    const { world, ports, sizes } = setUp();
    const half = 'x'.repeat(524_288);
    const attributes = { a: 'b' };
    await world.run(() =>
      Promise.all([
        sendBody(ports, 'default', entry(half)),
        sendBody(ports, 'default', entry(half)),
        sendBody(ports, 'default', entry(half)),
        sendBody(ports, 'default', entry(half, { attributes })),
        sendBody(ports, 'default', entry('😀'.repeat(131_072))),
      ]),
    );
    expect(sizes).toEqual([2, 1, 1, 1]);
  });

  it('opens a bounded number of calls at a time', async () => {
    const { world, ports, sizes, bodies, mostUnderWay } = setUp();
    await world.run(() => Promise.all(numbers(2_000).map((i) => sendBody(ports, 'default', entry(String(i))))));
    expect(mostUnderWay()).toBe(MAX_CALLS_PER_QUEUE);
    expect(sizes).toEqual(Array(200).fill(10));
    expect(new Set(bodies()).size).toBe(2_000);
  });

  it('goes along with what waits from an earlier turn', async () => {
    const { world, ports, sizes } = setUp();
    await world.run(async () => {
      const first = numbers(MAX_CALLS_PER_QUEUE * 10 + 5).map((i) => sendBody(ports, 'default', entry(String(i))));
      await ports.clock.sleep(1);
      await Promise.all([...first, ...numbers(5).map((i) => sendBody(ports, 'default', entry(String(i))))]);
    });
    expect(sizes).toEqual(Array(MAX_CALLS_PER_QUEUE + 1).fill(10));
  });
});

describe('an entry that was not sent', () => {
  it('is tried again on its own', async () => {
    const { world, ports, sizes, bodies } = setUp((calls) =>
      calls.length === 1 ? [sent, throttled, sent] : undefined,
    );
    await world.run(() => Promise.all(numbers(3).map((i) => sendBody(ports, 'default', entry(String(i))))));
    expect(sizes).toEqual([3, 1]);
    expect(bodies()).toEqual(['1']);
  });

  it('is given up after five tries, and fails its own call only', async () => {
    const { world, ports, sizes } = setUp((_calls, bodies) => bodies.map((body) => (body === '1' ? throttled : sent)));
    const settled = await world.run(() =>
      Promise.allSettled(numbers(3).map((i) => sendBody(ports, 'default', entry(String(i))))),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: new SendError('not sent to queue "default": throttled') });
    expect(sizes).toEqual([3, ...Array(MAX_SEND_TRIES - 1).fill(1)]);
  });

  it('is given up at once if trying again is of no use', async () => {
    const { world, ports, sizes } = setUp(() => [refused]);
    await expect(world.run(() => sendBody(ports, 'default', entry('x')))).rejects.toThrow('no such queue');
    expect(sizes).toEqual([1]);
  });

  it('takes no other along when it makes the whole call fail', async () => {
    const { world, ports, bodies } = setUp((_calls, sending) => {
      if (sending.includes('poison')) throw new RangeError('malformed');
      return undefined;
    });
    const settled = await world.run(() =>
      Promise.allSettled(['a', 'poison', 'b'].map((body) => sendBody(ports, 'default', entry(body)))),
    );
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { code: 'SEND_FAILED', cause: new RangeError('malformed') } });
    expect(bodies().sort()).toEqual(['a', 'b']);
  });

  it('is tried again if the queue did not answer for it', async () => {
    const { world, ports, bodies } = setUp((calls) => (calls.length === 1 ? [] : undefined));
    await world.run(() => sendBody(ports, 'default', entry('x')));
    expect(bodies()).toEqual(['x']);
  });
});
