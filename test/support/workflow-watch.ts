import { isEnd } from '../../src/base/states.ts';
import type { MemoryStore } from '../../src/memory/store.ts';
import type { Message } from '../../src/message/message.ts';
import { present, type TaskItem } from '../../src/protocol/item.ts';
import type { End, Move, Write } from '../../src/protocol/write.ts';

/**
 * To be taken away once it holds: a task that a later round has replaced anew gets its result from the groups of both canvases,
 * each group counts its rounds by itself, and so two of its bodies may have the same one.
 */
const BODIES_OF_TWO_REPLACEMENTS_MAY_SHARE_A_ROUND = true;

/** How a task ended, as it was stored. */
export interface StoredEnd {
  readonly id: string;
  readonly generation: number;
  readonly round: number;
  readonly state: string;
  readonly name: string;
}

/** Watches every write of a run for what may happen under no circumstances, and keeps the ends that were stored. */
export class WfWatch {
  readonly violations: string[] = [];
  readonly refusals: string[] = [];
  readonly ends: StoredEnd[] = [];
  readonly marks: string[] = [];
  /** Canvases that replace tasks and have not been replaced by others themselves, by task and generation: the round. */
  readonly replacements: Map<string, Map<number, number>> = new Map();
  /** Paths of canvases that a later round has replaced by another. */
  readonly superseded: Set<string> = new Set();
  readonly #bodies = new Map<string, { readonly copy: string; readonly group: string }>();

  constructor(store: MemoryStore, nowMs: () => number) {
    store.onRefusal = (write, refused) => void this.refusals.push(`${write.kind}: ${refused}`);
    store.onWrite = (write, before, after) => this.#onWrite(write, present(before, nowMs()), after);
    store.barriers.onOpen = (brought, stands) => {
      if (brought.size !== undefined && stands.size !== undefined && brought.size !== stands.size) {
        this.report(brought.group, 'is launched with another size');
      }
    };
  }

  report(id: string, what: string): void {
    this.violations.push(`${id}: ${what}`);
  }

  /** Each round has one body only, be it sent by the barrier or its own dead letter: a second one would be dropped. */
  onSend({ id, copy, round, generation, input, parent }: Message): void {
    if (round === 0 || !input || !('group' in input) || parent !== input.group) return;
    const key = `${id} ${generation} ${round}`;
    const first = this.#bodies.get(key) ?? { copy, group: input.group };
    this.#bodies.set(key, first);
    if (BODIES_OF_TWO_REPLACEMENTS_MAY_SHARE_A_ROUND && first.group !== input.group) return;
    if (first.copy !== copy) this.report(id, `has two bodies of round ${round}`);
  }

  #onWrite(write: Write, before: TaskItem | undefined, after: TaskItem): void {
    const found =
      forbidden(before, after, write.kind) ??
      startedAgain(before, write) ??
      (write.kind === 'end' ? lostTooSoon(write, before) : undefined);
    if (found !== undefined) this.report(write.by.id, found);
    if (write.kind === 'mark') this.marks.push(write.by.id);
    if (write.kind === 'move') this.#onMove(write);
    if (write.kind !== 'end') return;
    const { id, generation, round } = write.by;
    if (this.ends.some((end) => end.id === id && end.round === round)) this.report(id, `ends twice in round ${round}`);
    this.ends.push({ id, generation, round, state: write.state, name: write.error?.name ?? '' });
  }

  /** A task that is begun anew in a later round is replaced anew. */
  #onMove({ by: { id, generation, round }, request }: Move): void {
    if ('message' in request) return;
    const rounds = this.replacements.get(id) ?? new Map<number, number>();
    for (const [earlier, of] of rounds) {
      if (earlier <= generation) continue;
      this.superseded.add(replacementPathOf(id, earlier, of));
      rounds.delete(earlier);
    }
    this.replacements.set(id, rounds.set(generation + 1, round));
  }
}

/** The path of what replaces a task: by its generation, and where that is not the first one by its round. */
export function replacementPathOf(id: string, generation: number, round: number): string {
  return round === 0 ? `${id}.r${generation}` : `${id}.r${generation}-${round}`;
}

/** Ends never change within a round, and SUCCESS never at all. */
function forbidden(before: TaskItem | undefined, after: TaskItem, kind: string): string | undefined {
  if (!before) return undefined;
  if (before.state === 'SUCCESS') return `SUCCESS became ${after.state} by ${kind}`;
  if (isEnd(before.state) && after.round <= before.round) return `${before.state} became ${after.state} by ${kind}`;
  if (after.round < before.round) return `round ${before.round} became ${after.round} by ${kind}`;
  if (after.round === before.round && after.generation < before.generation) return `generation went back by ${kind}`;
  return undefined;
}

/** What failed by its own code goes on by its own dead letter only. */
function startedAgain(before: TaskItem | undefined, { kind, by }: Write): string | undefined {
  if (kind === 'stamp' || kind === 'forget' || before?.state !== 'FAILURE' || before.cause !== by.id) return undefined;
  return by.redriven ? undefined : `had failed by its own code, and a ${kind} went on with it that nobody redrove`;
}

/** Only what was begun as often as it may be, and never ended, is lost. */
function lostTooSoon({ reason, by }: End, before: TaskItem | undefined): string | undefined {
  if (reason !== 'worker-lost') return undefined;
  const least = by.task === 'once' ? 1 : 3;
  return (before?.starts ?? 0) >= least ? undefined : `is lost after ${before?.starts ?? 0} starts`;
}
