import type { Clock } from '../base/clock.ts';
import { BarrierMissingError } from '../base/errors.ts';
import { SQS_MAX_DELAY_SECONDS, SQS_MAX_MESSAGE_BYTES } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import type { Barrier } from '../ports/barrier.ts';
import type { Broker, OutgoingEntry, SendAnswer } from '../ports/broker.ts';
import type { PayloadStore } from '../ports/payload-store.ts';
import type { Ports } from '../ports/ports.ts';
import type { ResultBackend } from '../ports/result-backend.ts';
import type { LogLine, TaskEvent, Telemetry } from '../ports/telemetry.ts';
import type { Write } from '../protocol/write.ts';
import { type MemoryBarriers, nodeName } from './memory-barriers.ts';
import { deleteByHandle, hide } from './memory-queue.ts';
import type { MemoryStore } from './store.ts';

/** Carries out one call of a port. The world parks it; without a world it happens at once. */
export type Carry = <T>(call: PortCall, effect: () => T) => Promise<T>;

/** Which call of which port, on what: for the timeline and the coverage. */
export interface PortCall {
  readonly name: CallName;
  readonly on: string;
}

/** Every call that a port has. */
export type CallName =
  | 'send'
  | 'delete'
  | 'changeVisibility'
  | 'read'
  | 'readMany'
  | `write:${Write['kind']}`
  | 'addRevocation'
  | 'ordersSince'
  | 'pauseQueue'
  | 'resumeQueue'
  | 'beginCheck'
  | 'endCheck'
  | 'readMembers'
  | 'open'
  | 'close'
  | 'arrive'
  | 'tellSize'
  | 'readHead'
  | 'addRounds'
  | 'readNodes'
  | 'putPayload'
  | 'readPayload';

/** Happens at once: for contract tests and plain unit tests. */
export const atOnce: Carry = async (_call, effect) => effect();

/** The ports of one process on a store in memory. */
export function memoryPorts(
  store: MemoryStore,
  parts: { readonly clock: Clock; readonly random: Random; readonly telemetry?: Telemetry; readonly carry?: Carry },
): Ports {
  const { clock, random, telemetry = memoryTelemetry(), carry = atOnce } = parts;
  return {
    broker: memoryBroker(store, clock, carry),
    backend: memoryBackend(store, clock, carry),
    barrier: memoryBarrier(store.barriers, clock, carry),
    payloads: memoryPayloads(store, clock, carry),
    telemetry,
    clock,
    random,
  };
}

/** Telemetry that keeps what it is told. */
export interface MemoryTelemetry extends Telemetry {
  readonly events: TaskEvent[];
  readonly lines: LogLine[];
}

/** Keeps events and log lines in two lists. */
export function memoryTelemetry(): MemoryTelemetry {
  const events: TaskEvent[] = [];
  const lines: LogLine[] = [];
  return {
    events,
    lines,
    event: (event) => void events.push(event),
    log: (line) => void lines.push(line),
    flush: () => {},
  };
}

function memoryBroker(store: MemoryStore, clock: Clock, carry: Carry): Broker {
  return {
    send: (queue, entries) =>
      carry({ name: 'send', on: queue }, () => {
        if (!store.queues.has(queue)) {
          return entries.map(() => ({ sent: false, retryable: false, reason: 'there is no such queue' }) as const);
        }
        return entries.map((entry): SendAnswer => {
          const refused = refusalOf(entry);
          if (refused !== undefined) return { sent: false, retryable: false, reason: refused };
          store.send(queue, entry, clock.now());
          return { sent: true };
        });
      }),
    delete: (queue, receiptHandles) =>
      carry({ name: 'delete', on: queue }, () => {
        for (const handle of receiptHandles) deleteByHandle(store.queue(queue), handle);
      }),
    changeVisibility: (queue, changes) =>
      carry({ name: 'changeVisibility', on: queue }, () => {
        for (const change of changes) hide(store.queue(queue), change, clock.now());
      }),
  };
}

/** What SQS says of an entry that it does not take. */
function refusalOf({ body, delaySeconds }: OutgoingEntry): string | undefined {
  const { length } = Buffer.from(body);
  if (length < 1 || length > SQS_MAX_MESSAGE_BYTES) return `a body has 1 to ${SQS_MAX_MESSAGE_BYTES} bytes`;
  if (UNSENDABLE.test(body)) return 'a character that a body may not have';
  if (!(delaySeconds >= 0 && delaySeconds <= SQS_MAX_DELAY_SECONDS)) return `a delay is 0 to ${SQS_MAX_DELAY_SECONDS}`;
  return undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those that SQS refuses
const UNSENDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

function memoryBackend(store: MemoryStore, clock: Clock, carry: Carry): ResultBackend {
  return {
    read: (id) => carry({ name: 'read', on: id }, () => store.read(id, clock.now())),
    readMany: (ids) =>
      carry({ name: 'readMany', on: ids.join(' ') }, () => {
        const found = ids.map((id) => [id, store.read(id, clock.now())] as const);
        return new Map(found.flatMap(([id, item]) => (item ? [[id, item] as const] : [])));
      }),
    readMembers: (group, leaf) =>
      carry({ name: 'readMembers', on: `${group} ${leaf}` }, () => store.readMembers(group, leaf, clock.now())),
    write: (write) => carry({ name: `write:${write.kind}`, on: write.by.id }, () => store.write(write)),
    addRevocation: (revocation) =>
      carry({ name: 'addRevocation', on: revocation.id }, () => store.addRevocation(revocation)),
    ordersSince: (sinceMs) => carry({ name: 'ordersSince', on: '' }, () => store.ordersSince(sinceMs, clock.now())),
    pauseQueue: (queue) =>
      carry({ name: 'pauseQueue', on: queue }, () =>
        store.noteQueue(queue, ({ pausedAtMs = clock.now() }) => ({ pausedAtMs })),
      ),
    resumeQueue: (queue) =>
      carry({ name: 'resumeQueue', on: queue }, () => store.noteQueue(queue, () => ({ pausedAtMs: undefined }))),
    beginCheck: (queue, everyMs) =>
      carry({ name: 'beginCheck', on: queue }, () => store.beginCheck(queue, everyMs, clock.now())),
    endCheck: (queue, wholeBatches) =>
      carry({ name: 'endCheck', on: queue }, () => store.noteQueue(queue, () => ({ wholeBatches }))),
  };
}

function memoryBarrier(barriers: MemoryBarriers, clock: Clock, carry: Carry): Barrier {
  return {
    open: (head) => carry({ name: 'open', on: head.group }, () => barriers.open(head, clock.now())),
    close: async (group, size) => {
      const call = { name: 'close', on: `${group} ${size}` } as const;
      return stored(group, await carry(call, () => barriers.close(group, size, clock.now())));
    },
    arrive: (at, arrival) =>
      carry({ name: 'arrive', on: `${nodeName(at)} ${arrival.children.join(' ')}` }, () =>
        barriers.arrive(at, arrival, clock.now()),
      ),
    tellSize: (at, size, expiresAtMs) =>
      carry({ name: 'tellSize', on: `${nodeName(at)} ${size}` }, () =>
        barriers.tellSize(at, size, expiresAtMs, clock.now()),
      ),
    readHead: (group) => carry({ name: 'readHead', on: group }, () => barriers.readHead(group, clock.now())),
    addRounds: async (group, rounds) => {
      const call = { name: 'addRounds', on: `${group} ${rounds}` } as const;
      return stored(group, await carry(call, () => barriers.addRounds(group, rounds, clock.now())));
    },
    readNodes: (at) =>
      carry({ name: 'readNodes', on: at.map(nodeName).join(' ') }, () =>
        at.map((one) => barriers.readNode(one, clock.now())),
      ),
  };
}

/** What was answered of a barrier that is stored. */
function stored<T>(group: string, answer: T | undefined): T {
  if (answer !== undefined) return answer;
  throw new BarrierMissingError(`the barrier of group "${group}" is not stored`);
}

function memoryPayloads(store: MemoryStore, clock: Clock, carry: Carry): PayloadStore {
  return {
    put: (key, text, expiresAtMs) =>
      carry({ name: 'putPayload', on: key }, () => void store.payloads.set(key, { text, expiresAtMs })),
    get: (key) => carry({ name: 'readPayload', on: key }, () => store.readPayload(key, clock.now())),
  };
}
