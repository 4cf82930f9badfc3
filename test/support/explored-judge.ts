import { isDeepStrictEqual } from 'node:util';
import { isEnd } from '../../src/base/states.ts';
import type { World } from '../../src/memory/world.ts';
import { decode } from '../../src/message/codec.ts';
import type { Message } from '../../src/message/message.ts';
import type { BarrierHead } from '../../src/protocol/barrier-item.ts';
import { failedByItself, present, type TaskItem } from '../../src/protocol/item.ts';
import type { Write } from '../../src/protocol/write.ts';
import type { ExploredRun } from './explored-app.ts';
import type { Ends, Phase } from './explored-scenario.ts';
import type { WatchedStore } from './sim-watch.ts';

/** Watches every write and every send for what may happen under no circumstances. */
export class ExploredWatch {
  readonly violations: string[] = [];
  readonly #sent: Message[] = [];
  readonly #heads = new Map<string, Pick<BarrierHead, 'size' | 'next'>>();

  constructor(store: WatchedStore, { coverage }: World, nowMs: () => number) {
    store.onWrite = (write, before, after) => {
      const was = present(before, nowMs());
      const problem = was && forbidden(write, was, after);
      if (problem) this.violations.push(`${write.by.id}: ${problem}`);
    };
    store.onSend = (queue, { body }) => {
      if (queue.endsWith('-dlq')) return;
      const message = decode(body, '');
      const twice = coverage.has('receive: duplicate-uncounted') || coverage.has('receive: delivered-twice'); // of two first deliveries neither knows of the other
      if (!twice && this.#seemsNew(message)) this.violations.push(`${message.id}: is sent again as if it were new`);
      this.#sent.push(message);
    };
    store.barriers.onOpen = (_brought, stands) => this.#onOpen(stands);
    store.barriers.onClose = (group, _brought, stands) => {
      const known = this.#heads.get(group);
      if (known?.size !== undefined && known.size !== stands) this.violations.push(`${group}: is closed twice`);
      if (known) this.#heads.set(group, { ...known, size: stands });
    };
  }

  /** A head stands as it was first written, but for the size that its group turned out to have. */
  #onOpen({ group, size, next }: BarrierHead): void {
    const head = { ...(size !== undefined ? { size } : {}), ...(next !== undefined ? { next } : {}) };
    const known = this.#heads.get(group) ?? head;
    if (!isDeepStrictEqual(known, head)) this.violations.push(`${group}: its head was overwritten`);
    this.#heads.set(group, known);
  }

  /** Only the first delivery of its sender does not say that a task may be known, and of that there is one. */
  #seemsNew({ id, copy, round, generation, again, claim }: Message): boolean {
    if (again || claim) return false;
    const others = this.#sent.filter((other) => other.id === id && other.copy !== copy && !other.again && !other.claim);
    return others.some((other) => other.round === round && other.generation === generation);
  }
}

/** Ends are final within their round and SUCCESS always; what failed by its own code waits for its own dead letter. */
function forbidden({ kind, by }: Write, before: TaskItem, after: TaskItem): string | undefined {
  if (kind === 'forget' || kind === 'stamp') return undefined;
  const became = `${before.state} of round ${before.round} became ${after.state} of round ${after.round} by ${kind}`;
  if (before.state === 'SUCCESS') return became;
  if (isEnd(before.state) && after.round <= before.round) return became;
  if (after.round < before.round) return became;
  if (failedByItself(before, by.id) && !('redriven' in by && by.redriven)) return `own failure: ${became}`;
  if (after.round === before.round && after.generation < before.generation) return `generation went back by ${kind}`;
  return undefined;
}

/**
 * What a barrier or a failure has sent, and every later round, runs under its lease only; nothing that has succeeded runs again
 * in a later round.
 */
export function judgeRuns(runs: readonly ExploredRun[]): string[] {
  return runs.flatMap(({ id, scope, state, storedRound, leased }) => {
    const { input, round } = scope.message;
    const sentByBarrier = input !== undefined && 'group' in input && input.size > 0;
    const claims = sentByBarrier || /\.e\d+-\d+$/.test(id) || round > 0;
    const unclaimed = claims && !(state === 'STARTED' && leased);
    const again = state === 'SUCCESS' && round > storedRound;
    return [
      ...(unclaimed ? [`${id} runs without its claim: it is ${state}`] : []),
      ...(again ? [`${id} runs again in round ${round}`] : []),
    ];
  });
}

/** A world in which nothing is left to do. */
export interface Quiet {
  readonly store: WatchedStore;
  readonly phase: Phase;
  /** The canvas; and what the client has sent, which is the same unless a task has sent it. */
  readonly root: string;
  readonly sent: string;
  readonly state: (id: string) => Promise<string>;
}

/** Items, dead letters, queues and handles are as the scenario says. */
export async function judgeEnds({ store, phase, root, sent, state }: Quiet): Promise<string[]> {
  if (phase.ends === 'whatever') return [];
  // a task whose call has failed is retried, and sends its canvas under a new id
  const retried = root !== sent && (store.items.get(sent)?.attempt ?? 0) > 0;
  const own = [...store.items].filter(([id]) => id.startsWith(root) || (id !== sent && !retried));
  const found = endsOf(new Map(own), root);
  const allowed = Array.isArray(phase.ends) ? (phase.ends as readonly Ends[]) : [phase.ends as Ends];
  const asAllowed = allowed.some((ends) => isDeepStrictEqual(found, sorted(ends)));
  return [
    ...(asAllowed ? [] : [`it ends as ${JSON.stringify(found, undefined, 1)}`]),
    ...[...store.items].filter(([, item]) => !isEnd(item.state)).map(([id, item]) => `${id} is left ${item.state}`),
    ...['default', 'default-lost']
      .filter((name) => store.queue(name).messages.length > 0)
      .map((name) => `${name} is left`),
    ...deadLetterProblems(store, phase, root),
    ...(await handleProblems(phase, root, state)),
  ];
}

function deadLetterProblems(store: WatchedStore, { dead = [] }: Phase, root: string): string[] {
  const letters = store.queue('default-dlq').messages.map(({ body, sqsMessageId }) => decode(body, sqsMessageId));
  const found = [...new Set(letters.map(({ id }) => id.slice(root.length)))].sort();
  const stale = letters.filter(({ id, round }) => round <= (store.items.get(id)?.round ?? 0));
  return [
    ...(isDeepStrictEqual(found, [...dead].sort()) ? [] : [`dead letters of ${JSON.stringify(found)}`]),
    ...stale.map(({ id, round }) => `${id} is buried for round ${round}, which it has begun`),
  ];
}

async function handleProblems({ handles = {} }: Phase, root: string, state: Quiet['state']): Promise<string[]> {
  const said = await Promise.all(
    Object.entries(handles).map(async ([id, wanted]) => ({ id, wanted, is: await state(`${root}${id}`) })),
  );
  return said.filter(({ wanted, is }) => is !== wanted).map(({ id, is }) => `the handle of ${id} says ${is}`);
}

/** By relative id; errbacks of rounds above 0 count as one, since a barrier may fire more often than it was resumed. */
function endsOf(items: ReadonlyMap<string, TaskItem>, root: string): Ends {
  const ends: Record<string, unknown> = {};
  for (const [id, item] of items) {
    const place = id.startsWith(root) ? id.slice(root.length) : `elsewhere ${id}`;
    const name = place.replace(/\.e[1-9]\d*-/, '.e+-');
    const end = endOf(item);
    ends[name] = name in ends && !isDeepStrictEqual(ends[name], end) ? [ends[name], end] : end;
  }
  return sorted(ends);
}

/** The value of a success; otherwise state, error and whether it was marked. */
function endOf({ state, value, valueKey, error, marked }: TaskItem): unknown {
  if (state === 'SUCCESS') return valueKey === undefined ? (value ?? null) : 'stored elsewhere';
  return [state, error?.name ?? '-', ...(marked ? ['marked'] : [])].join(' ');
}

function sorted(ends: Ends): Ends {
  return Object.fromEntries(Object.entries(ends).sort(([a], [b]) => (a < b ? -1 : 1)));
}
