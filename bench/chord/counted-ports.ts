import { nodeName } from '../../src/memory/memory-barriers.ts';
import type { Ports } from '../../src/ports/ports.ts';

/** What a run has cost in calls. */
export interface Calls {
  /** Writes of each item, by a name of its own. */
  readonly writes: Map<string, number>;
  /** Reads, by the kind of call. */
  readonly reads: Map<string, number>;
  sends: number;
  sent: number;
  /** Receives and deletes of the event source, which the ports do not see. */
  polls: number;
}

export function noCalls(): Calls {
  return { writes: new Map(), reads: new Map(), sends: 0, sent: 0, polls: 0 };
}

/** The ports with every call counted. */
export function counted({ broker, backend, barrier, payloads, ...rest }: Ports, calls: Calls): Ports {
  const wrote = (key: string) => void calls.writes.set(key, (calls.writes.get(key) ?? 0) + 1);
  const read = (kind: string) => void calls.reads.set(kind, (calls.reads.get(kind) ?? 0) + 1);
  const before = <F extends Call>(note: (...args: Parameters<F>) => void, call: F): F => {
    const noted = (...args: Parameters<F>) => {
      note(...args);
      return call(...args);
    };
    return noted as F;
  };
  return {
    ...rest,
    broker: {
      send: before((_queue, entries) => {
        calls.sends += 1;
        calls.sent += entries.length;
      }, broker.send.bind(broker)),
      delete: broker.delete.bind(broker),
      changeVisibility: broker.changeVisibility.bind(broker),
    },
    backend: {
      read: before(() => read('task'), backend.read.bind(backend)),
      readMany: before(() => read('tasks'), backend.readMany.bind(backend)),
      readMembers: before(() => read('members'), backend.readMembers.bind(backend)),
      write: before(({ by }) => wrote(`task#${by.id}`), backend.write.bind(backend)),
      addRevocation: backend.addRevocation.bind(backend),
      pauseQueue: backend.pauseQueue.bind(backend),
      resumeQueue: backend.resumeQueue.bind(backend),
      beginCheck: backend.beginCheck.bind(backend),
      endCheck: backend.endCheck.bind(backend),
      ordersSince: before(() => read('revocations'), backend.ordersSince.bind(backend)),
    },
    barrier: {
      open: before(({ group }) => wrote(`head#${group}`), barrier.open.bind(barrier)),
      close: before((group) => wrote(`head#${group}`), barrier.close.bind(barrier)),
      arrive: before((at) => wrote(`node#${nodeName(at)}`), barrier.arrive.bind(barrier)),
      tellSize: before((at) => wrote(`node#${nodeName(at)}`), barrier.tellSize.bind(barrier)),
      addRounds: before((group) => wrote(`head#${group}`), barrier.addRounds.bind(barrier)),
      readHead: before(() => read('head'), barrier.readHead.bind(barrier)),
      readNodes: before(() => read('nodes'), barrier.readNodes.bind(barrier)),
    },
    payloads: {
      put: before((key) => wrote(`payload#${key}`), payloads.put.bind(payloads)),
      get: before(() => read('payload'), payloads.get.bind(payloads)),
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: every call of every port, whatever it takes
type Call = (...args: any[]) => unknown;

/** All of them together. */
export function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** The most of one. */
export function hottest(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
}
