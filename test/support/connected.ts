import { type App, type AppConfig, createApp } from 'celeriac';
import { systemClock } from '../../src/base/clock.ts';
import { connect } from '../../src/client/connection.ts';
import { scriptedChoices } from '../../src/memory/choices.ts';
import { atOnce, type Carry, memoryPorts } from '../../src/memory/memory-ports.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { decode } from '../../src/message/codec.ts';
import type { Message } from '../../src/message/message.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { coreOf } from '../../src/task/core-of.ts';

/** The time at which every such app stands. */
export const NOW_MS: number = Date.UTC(2026, 4, 1, 8);

/** A message as it lies in a queue. */
export interface Lying {
  readonly message: Message;
  readonly body: string;
  readonly delaySeconds: number;
}

/** An app on a store in memory, at a time that stands still. */
export interface Connected<Q extends string> {
  readonly app: App<Q | 'default'>;
  readonly store: MemoryStore;
  readonly ports: Ports;
  /** What lies in a queue, in the order of sending. */
  lying(queue?: string): readonly Lying[];
}

/** Connects a new app to a store in memory; `carry` may watch or disturb the calls of the ports. */
export function connected<Q extends string = 'default'>(
  config: AppConfig<Q> = {},
  carry: Carry = atOnce,
): Connected<Q> {
  const app = createApp('test', config);
  const core = coreOf(app);
  const store = new MemoryStore(core.queues.keys());
  const clock = { ...systemClock, now: () => NOW_MS };
  const ports = memoryPorts(store, { clock, random: scriptedChoices(new Map()), carry });
  connect(core, () => ports);
  const lying = (queue = 'default') =>
    store.queue(queue).messages.map(({ body, sqsMessageId, visibleAtMs }) => ({
      message: decode(body, sqsMessageId),
      body,
      delaySeconds: (visibleAtMs - NOW_MS) / 1_000,
    }));
  return { app, store, ports, lying };
}
