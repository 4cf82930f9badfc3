import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { memoryPorts, memoryTelemetry } from '../../src/memory/memory-ports.ts';
import { receive, visible } from '../../src/memory/memory-queue.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { backendContract } from './backend-contract.ts';
import { barrierContract } from './barrier-contract.ts';
import { brokerContract } from './broker-contract.ts';
import { everyCase } from './crossing/cases.ts';
import { NOW } from './crossing/item-kinds.ts';
import { payloadContract } from './payload-contract.ts';
import { telemetryContract } from './telemetry-contract.ts';

backendContract(
  'memory',
  async () => {
    const store = new MemoryStore([]);
    const { backend } = portsAt(store, NOW);
    return {
      backend,
      async plant(items) {
        for (const [id, item] of items) {
          if (item) store.items.set(id, item);
          else store.items.delete(id);
        }
      },
    };
  },
  everyCase,
);

barrierContract('memory', async () => {
  const store = new MemoryStore([]);
  return { client: (nowMs) => portsAt(store, nowMs).barrier };
});

payloadContract('memory', async () => {
  const store = new MemoryStore([]);
  return { client: (nowMs) => portsAt(store, nowMs).payloads };
});

function portsAt(store: MemoryStore, nowMs: number): Ports {
  return memoryPorts(store, { clock: { ...systemClock, now: () => nowMs }, random: systemRandom });
}

brokerContract('memory', async () => {
  let nowMs = NOW;
  const store = new MemoryStore([]);
  const { broker } = memoryPorts(store, { clock: { ...systemClock, now: () => nowMs }, random: systemRandom });
  return {
    broker,
    refused: { body: '\uffff', delaySeconds: 0 },
    async newQueue() {
      const name = `queue-${store.queues.size}`;
      for (const [queueName, queue] of new MemoryStore([name]).queues) store.queues.set(queueName, queue);
      return name;
    },
    async receive(name, waitSeconds) {
      const queue = store.queue(name);
      if (visible(queue, nowMs).length === 0) nowMs += waitSeconds * 1_000;
      return visible(queue, nowMs)
        .slice(0, 10)
        .map((message) => {
          const receiptHandle = receive(message, 60_000, nowMs);
          return { ...message, receiptHandle };
        });
    },
  };
});

telemetryContract('memory', memoryTelemetry);
