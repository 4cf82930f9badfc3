import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chord } from 'celeriac';
import { connect } from '../../src/client/connection.ts';
import type { Local } from '../../src/local/local.ts';
import type { LocalTaskEvent } from '../../src/local/local-events.ts';
import { startLocal } from '../../src/local/start-local.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { app } from './app/app.ts';
import { add, total } from './app/tasks.ts';
import { type Calls, counted, noCalls } from './counted-ports.ts';
import { numbers } from './in-memory.ts';

/** What a chord on the embedded AWS gave. */
export interface RanEmbedded {
  /** From the call to the end of the last task, as its worker told of it. */
  readonly seconds: number;
  readonly value: unknown;
  /** How often a worker told of the body's success, which it does once it has stored it. */
  readonly bodyEnds: number;
}

/** The embedded AWS with two worker processes. */
export interface Embedded {
  chord(members: number, queue?: 'default' | 'single'): Promise<RanEmbedded>;
  /** The members alone: plain tasks whose results are stored. Gives the seconds until the last has ended. */
  alone(members: number): Promise<number>;
  /** The calls since the last time. */
  calls(): Calls;
  stop(): Promise<void>;
}

/** @param counting  writes down every call, which takes time */
export async function startEmbedded({ counting }: { readonly counting: boolean }): Promise<Embedded> {
  const folder = mkdtempSync(join(tmpdir(), 'celeriac-bench-'));
  const file = join(folder, 'calls');
  const ended = { add: new Counter(), total: new Counter() };
  const onEvent = ({ kind, ...event }: LocalTaskEvent) => {
    if (kind === 'succeeded' && 'task' in event) ended[event.task as keyof typeof ended]?.add();
  };
  const appPath = join(import.meta.dirname, 'app/app.ts');
  const env = counting ? { BENCH_CALLS_FILE: file } : {};
  writeFileSync(file, '');
  const local = await startLocal({
    appPath,
    concurrency: 2,
    env,
    onEvent,
    onLog: ({ message }) => console.error(message),
  });
  let own = noCalls();
  connect(coreOf(app), () => (counting ? countedInto(local, () => own) : local.ports));
  const embedded: Embedded = {
    async chord(members, queue = 'default') {
      ended.total.reset(1);
      const startedAt = performance.now();
      const header = numbers(members).map((n) => add.s(n, n).set({ queue }));
      const handle = await chord(header, total.s()).applyAsync();
      const endedAt = await ended.total.reached;
      const value = await handle.get({ timeout: 60 });
      await local.drained();
      return { seconds: (endedAt - startedAt) / 1_000, value, bodyEnds: ended.total.count };
    },
    async alone(members) {
      ended.add.reset(members);
      const startedAt = performance.now();
      await Promise.all(numbers(members).map((n) => add.delay(n, n)));
      const seconds = ((await ended.add.reached) - startedAt) / 1_000;
      await local.drained();
      return seconds;
    },
    calls() {
      const calls = own;
      own = noCalls();
      for (const line of readFileSync(file, 'utf8').split('\n')) note(calls, line);
      writeFileSync(file, '');
      return calls;
    },
    async stop() {
      await local.stop();
      rmSync(folder, { recursive: true });
    },
  };
  await embedded.chord(100); // the workers are warm
  embedded.calls();
  return embedded;
}

/** Always counts into what is counted into now. */
function countedInto(local: Local, calls: () => Calls) {
  return counted(local.ports, {
    get writes() {
      return calls().writes;
    },
    get reads() {
      return calls().reads;
    },
    get sends() {
      return calls().sends;
    },
    set sends(sends) {
      calls().sends = sends;
    },
    get sent() {
      return calls().sent;
    },
    set sent(sent) {
      calls().sent = sent;
    },
    polls: 0,
  });
}

class Counter {
  count = 0;
  reached: Promise<number> = Promise.resolve(0);
  #enough = Number.POSITIVE_INFINITY;
  #resolve: (atMs: number) => void = () => {};

  reset(enough: number): void {
    this.count = 0;
    this.#enough = enough;
    this.reached = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  add(): void {
    this.count += 1;
    if (this.count === this.#enough) this.#resolve(performance.now());
  }
}

function note(calls: Calls, line: string): void {
  const [command = '', on = ''] = line.split(' ');
  if (command === 'PutItemCommand' || command === 'UpdateItemCommand') {
    calls.writes.set(on, (calls.writes.get(on) ?? 0) + 1);
  } else if (command === 'SendMessageBatchCommand') {
    calls.sends += 1;
    calls.sent += Number(on);
  } else if (command !== '') {
    calls.reads.set(command, (calls.reads.get(command) ?? 0) + 1);
  }
}
