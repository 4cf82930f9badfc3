import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_RECEIVE_COUNT, SQS_MAX_BATCH, SQS_MAX_MESSAGE_BYTES } from '../../src/base/limits.ts';
import type { Broker, OutgoingEntry } from '../../src/ports/broker.ts';
import { lostQueueOf } from '../../src/ports/queue-names.ts';

/** A received message, as far as the suite looks at it. */
export interface Received {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly receiptHandle: string;
  readonly receiveCount: number;
}

/** A broker, and what the port leaves to the event source. */
export interface BrokerSetup {
  readonly broker: Broker;
  /** Makes an empty queue, its lost queue and its dead-letter queue; returns the queue's name. */
  newQueue(): Promise<string>;
  /** Receives up to ten messages for a minute, waiting up to `waitSeconds` for the first. */
  receive(queue: string, waitSeconds: number): Promise<readonly Received[]>;
  /** An entry that this broker's service refuses, if it looks. */
  readonly refused: OutgoingEntry;
  /**
   * The service takes every failure of an entry for its own (LocalStack): what can never be done counts as not done yet.
   * @default false
   */
  readonly neverBlames?: boolean;
  stop?(): Promise<void>;
}

/** What every `Broker` must do, whatever stands behind it. */
export function brokerContract(name: string, make: () => Promise<BrokerSetup>): void {
  describe(`broker: ${name}`, () => {
    let setup: BrokerSetup;
    beforeAll(async () => {
      setup = await make();
    });
    afterAll(() => setup?.stop?.());
    describe('send', () => sends(() => setup));
    describe('delete', () => deletes(() => setup));
    describe('changeVisibility', () => hides(() => setup));
    describe('a message that is never deleted', () => redrives(() => setup));
  });
}

type Get = () => BrokerSetup;

const SENT = { sent: true } as const;

function entry(body: string, delaySeconds: number = 0): OutgoingEntry {
  return { body, delaySeconds };
}

/** Receives until there are `count` messages: a batch may be smaller than what is there. */
async function receiveAll({ receive }: BrokerSetup, queue: string, count: number): Promise<Received[]> {
  const found: Received[] = [];
  for (let calls = 0; found.length < count && calls < count + 10; calls++) found.push(...(await receive(queue, 1)));
  return found;
}

/** Sends one message and receives it. */
async function inFlight(setup: BrokerSetup): Promise<{ queue: string; message: Received }> {
  const queue = await setup.newQueue();
  await setup.broker.send(queue, [entry('in flight')]);
  const [message] = await setup.receive(queue, 1);
  return { queue, message: message as Received };
}

/** Shows messages again of which some are no longer in flight. */
async function giveBackThoseLeft(setup: BrokerSetup, queue: string, messages: readonly Received[]): Promise<void> {
  const changes = messages.map(({ receiptHandle }) => ({ receiptHandle, seconds: 0 }));
  const change = setup.broker.changeVisibility(queue, changes);
  if (setup.neverBlames) await expect(change).rejects.toThrow(/not available for visibility timeout change/);
  else await change;
}

function bodies(messages: readonly Received[]): string[] {
  return messages.map(({ body }) => body).sort();
}

function sends(get: Get): void {
  it('sends a full batch and answers for each entry', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    const entries = Array.from({ length: SQS_MAX_BATCH }, (_, n) => entry(`body ${n}`));
    expect(await setup.broker.send(queue, entries)).toEqual(entries.map(() => SENT));
    expect(bodies(await receiveAll(setup, queue, SQS_MAX_BATCH))).toEqual(entries.map(({ body }) => body).sort());
  });

  it('sends nothing for no entries', async () => {
    const { broker, newQueue, receive } = get();
    const queue = await newQueue();
    expect(await broker.send(queue, [])).toEqual([]);
    expect(await receive(queue, 0)).toEqual([]);
  });

  it('keeps attributes', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`name-${n}`, `value ${n} {"a":"~"}`]));
    await setup.broker.send(queue, [{ ...entry('x'), attributes }, entry('without')]);
    const received = await receiveAll(setup, queue, 2);
    expect(received.find(({ body }) => body === 'x')?.attributes).toEqual(attributes);
    expect(received.find(({ body }) => body === 'without')?.attributes).toEqual({});
  });

  it('keeps a body as it is, up to the largest', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    for (const body of ['\t\n\r ~', 'ü € \u2028 \ufffd \ud7ff \ue000', '\\ud83d"', 'x'.repeat(SQS_MAX_MESSAGE_BYTES)]) {
      expect(await setup.broker.send(queue, [entry(body)])).toEqual([SENT]);
      const [received] = await receiveAll(setup, queue, 1);
      expect(received?.body === body).toBe(true);
    }
  });

  it('holds a message back for its delay', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    await setup.broker.send(queue, [entry('later', 1), entry('now')]);
    expect(bodies(await setup.receive(queue, 0))).toEqual(['now']);
    expect(bodies(await receiveAll(setup, queue, 1))).toEqual(['later']);
  });

  it('answers for a refused entry and sends the others', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    const answers = await setup.broker.send(queue, [entry('first'), setup.refused, entry('third')]);
    const refused = { sent: false, retryable: setup.neverBlames ?? false, reason: expect.stringMatching(/./) };
    expect(answers).toEqual([SENT, refused, SENT]);
    expect(bodies(await receiveAll(setup, queue, 2))).toEqual(['first', 'third']);
  });

  it('answers that none of the entries can ever be sent when there is no such queue', async () => {
    const refused = { sent: false, retryable: false, reason: 'there is no such queue' };
    expect(await get().broker.send('nowhere', [entry('x'), entry('y')])).toEqual([refused, refused]);
  });
}

function deletes(get: Get): void {
  it('deletes more than a call holds, and no others', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    for (let batch = 0; batch < 3; batch++) {
      await setup.broker.send(
        queue,
        Array.from({ length: 10 }, (_, n) => entry(`${batch} ${n}`)),
      );
    }
    const received = await receiveAll(setup, queue, 30);
    const [kept, ...deleted] = received;
    await setup.broker.delete(
      queue,
      deleted.map(({ receiptHandle }) => receiptHandle),
    );
    await giveBackThoseLeft(setup, queue, received);
    expect(bodies(await receiveAll(setup, queue, 1))).toEqual([kept?.body]);
    expect(await setup.receive(queue, 0)).toEqual([]);
  });

  it('takes a message that is gone for deleted', async () => {
    const setup = get();
    const { queue, message } = await inFlight(setup);
    await setup.broker.delete(queue, [message.receiptHandle]);
    await setup.broker.delete(queue, [message.receiptHandle, message.receiptHandle]);
    expect(await setup.receive(queue, 0)).toEqual([]);
  });

  it('deletes nothing for no handles', async () => {
    await get().broker.delete(await get().newQueue(), []);
  });
}

function hides(get: Get): void {
  it('gives a message back at once', async () => {
    const setup = get();
    const { queue, message } = await inFlight(setup);
    expect(await setup.receive(queue, 0)).toEqual([]);
    await setup.broker.changeVisibility(queue, [{ receiptHandle: message.receiptHandle, seconds: 0 }]);
    const [again] = await setup.receive(queue, 1);
    expect(again).toMatchObject({ body: 'in flight', receiveCount: message.receiveCount + 1 });
  });

  it('hides a message from now on', async () => {
    const setup = get();
    const { queue, message } = await inFlight(setup);
    await setup.broker.changeVisibility(queue, [{ receiptHandle: message.receiptHandle, seconds: 1 }]);
    expect(await setup.receive(queue, 0)).toEqual([]);
    expect(bodies(await receiveAll(setup, queue, 1))).toEqual(['in flight']);
  });

  it('takes the longest time, for more than a call holds', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    for (let batch = 0; batch < 2; batch++) {
      await setup.broker.send(
        queue,
        Array.from({ length: 6 }, (_, n) => entry(`${batch} ${n}`)),
      );
    }
    const received = await receiveAll(setup, queue, 12);
    await setup.broker.changeVisibility(
      queue,
      received.map(({ receiptHandle }) => ({ receiptHandle, seconds: 43_200 })),
    );
    expect(await setup.receive(queue, 0)).toEqual([]);
  });

  it('leaves alone what is no longer in flight, and changes the others', async () => {
    const setup = get();
    const { queue, message } = await inFlight(setup);
    await setup.broker.send(queue, [entry('gone')]);
    const [gone] = (await receiveAll(setup, queue, 1)) as [Received];
    await setup.broker.delete(queue, [gone.receiptHandle]);
    await giveBackThoseLeft(setup, queue, [gone, message]);
    expect(bodies(await receiveAll(setup, queue, 1))).toEqual(['in flight']);
  });

  it('changes nothing for no messages', async () => {
    await get().broker.changeVisibility(await get().newQueue(), []);
  });
}

function redrives(get: Get): void {
  it('goes to the lost queue when it is received once more than allowed', async () => {
    const setup = get();
    const queue = await setup.newQueue();
    await setup.broker.send(queue, [entry('again and again')]);
    for (let receives = 1; receives <= MAX_RECEIVE_COUNT; receives++) {
      const [message] = await setup.receive(queue, 1);
      expect(message?.receiveCount).toBe(receives);
      const receiptHandle = message?.receiptHandle ?? '';
      await setup.broker.changeVisibility(queue, [{ receiptHandle, seconds: 0 }]);
    }
    expect(await setup.receive(queue, 0)).toEqual([]);
    expect(bodies(await receiveAll(setup, lostQueueOf(queue), 1))).toEqual(['again and again']);
  });
}
