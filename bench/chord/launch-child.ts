/** Launches one streamed chord of so many members to queues and a barrier that answer at once: `launch-child <members>`. */
import { chord, createApp } from 'celeriac';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { connect } from '../../src/client/connection.ts';
import { peakMemoryBytes } from '../../src/local/peak-memory.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { coreOf } from '../../src/task/core-of.ts';

const members = Number(process.argv[2]);
const app = createApp('launch');
const member = app.task('member', {}, (n: number) => n);
const count = app.task('count', {}, (values: number[]) => values.length);
const node = { arrived: new Set<number>(), failed: new Set<number>() };
let sent = 0;
const nothing = async () => {};
const ports: Ports = {
  clock: systemClock,
  random: systemRandom,
  telemetry: { event: () => {}, log: () => {}, flush: () => {} },
  broker: {
    send: async (_queue, entries) => {
      sent += entries.length;
      return entries.map(() => ({ sent: true }) as const);
    },
    delete: nothing,
    changeVisibility: nothing,
  },
  backend: {
    read: async () => undefined,
    readMany: async () => new Map(),
    readMembers: async () => new Map(),
    write: () => Promise.reject(new Error('a launch writes no task')),
    addRevocation: nothing,
    pauseQueue: nothing,
    resumeQueue: nothing,
    beginCheck: async () => false,
    endCheck: nothing,
    ordersSince: async () => ({ revocations: [], queues: [] }),
  },
  barrier: {
    open: nothing,
    close: async (_group, size) => size,
    arrive: async () => node,
    tellSize: async () => node,
    addRounds: () => Promise.reject(new Error('a launch resumes nothing')),
    readHead: async () => undefined,
    readNodes: async () => [],
  },
  payloads: { put: nothing, get: async () => undefined },
};
connect(coreOf(app), () => ports);

function* stream() {
  for (let n = 0; n < members; n++) yield member.s(n);
}

const startedAt = performance.now();
await chord(stream(), count.s()).applyAsync();
const seconds = (performance.now() - startedAt) / 1_000;
console.log(JSON.stringify({ sent, seconds, peakBytes: peakMemoryBytes() }));
