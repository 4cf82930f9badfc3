import { isDeepStrictEqual } from 'node:util';
import { UNENDED_ITEM_SECONDS } from '../../src/base/limits.ts';
import { isEnd } from '../../src/base/states.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { decode } from '../../src/message/codec.ts';
import type { Message } from '../../src/message/message.ts';
import type { OutgoingEntry } from '../../src/ports/broker.ts';
import { deadLetterQueueOf, workQueueOf } from '../../src/ports/queue-names.ts';
import { present, type TaskItem } from '../../src/protocol/item.ts';
import type { End, Move, RetryWrite, Write } from '../../src/protocol/write.ts';
import { type BodyRun, POLICIES } from './sim-tasks.ts';

/** A message that was sent by anybody. */
export interface Sent {
  readonly queue: string;
  readonly message: Message;
  readonly body: string;
  readonly atMs: number;
}

/** Watches every write and every send of a run for what may happen under no circumstances, and keeps what was sent. */
export class Watch {
  readonly violations: string[] = [];
  readonly sent: Sent[] = [];
  readonly #runs: readonly BodyRun[];
  readonly #items: ReadonlyMap<string, TaskItem>;
  readonly #dueAtMs = new Map<string, number>();
  readonly #nowMs: () => number;

  constructor(store: WatchedStore, runs: readonly BodyRun[], nowMs: () => number) {
    this.#runs = runs;
    this.#items = store.items;
    this.#nowMs = nowMs;
    store.onSend = (queue, entry) => this.#onSend(queue, entry);
    store.onWrite = (write, before, after) => this.#onWrite(write, present(before, nowMs()), after);
  }

  /** A run that begins: due, and not beside another one that has claimed the task. */
  onBegin(run: BodyRun, running: readonly BodyRun[]): void {
    const { message } = run.scope;
    if ((message.etaMs ?? 0) > run.atMs) this.#report(run.id, 'begins before its eta');
    if (run.token === undefined) return;
    const dueAtMs = this.#dueAtMs.get(`${run.id} ${run.retries}`) ?? 0;
    if (dueAtMs > run.atMs) this.#report(run.id, `begins ${dueAtMs - run.atMs} ms before its retry is due`);
    if (running.some((other) => other.id === run.id && other.token !== undefined)) {
      this.#report(run.id, 'runs twice at once, claimed both times');
    }
  }

  #report(id: string, what: string): void {
    this.violations.push(`${id}: ${what}`);
  }

  #onWrite(write: Write, before: TaskItem | undefined, after: TaskItem): void {
    const found = [forbiddenChange(before, after, write.kind)];
    if (write.kind === 'claim' && before?.state === 'RETRY' && (before.nextAtMs ?? 0) > this.#nowMs()) {
      found.push('claimed before it is due');
    }
    if (write.kind === 'end') found.push(...endProblems(write, before, this.#nowMs()));
    if (write.kind === 'retry') {
      found.push(this.#notAsked(write, write.nextAtMs));
      this.#dueAtMs.set(`${write.by.id} ${write.attempt}`, write.nextAtMs);
    }
    if (write.kind === 'move' && 'message' in write.request) {
      found.push(...movedProblems(write, write.request.message), this.#notAsked(write, write.request.message.etaMs));
    }
    for (const problem of found) if (problem) this.#report(write.by.id, problem);
  }

  /** A retry is due when one of the runs that it follows asked for it. */
  #notAsked({ kind, by, attempt }: RetryWrite | Move, nextAtMs: number | undefined): string | undefined {
    const asked = this.#runs.some(({ id, retries, due }) => {
      if (id !== by.id || retries !== attempt - 1 || !due || nextAtMs === undefined) return false;
      return due.fromMs <= nextAtMs && nextAtMs <= due.toMs;
    });
    return asked ? undefined : `${kind} of attempt ${attempt} is due when nobody asked for it`;
  }

  #onSend(queue: string, entry: OutgoingEntry): void {
    const message = decode(entry.body, '');
    const sent = { queue, message, body: entry.body, atMs: this.#nowMs() };
    const problems = queue.endsWith('-dlq')
      ? this.#deadLetterProblems(sent, entry)
      : [...this.#againProblems(sent), tooSoon(sent, entry)];
    for (const problem of problems) if (problem) this.#report(message.id, problem);
    this.sent.push(sent);
  }

  /** A message that is sent anew says so, and keeps the time at which it was sent first. */
  #againProblems({ message, body }: Sent): string[] {
    const earlier = this.sent.filter(({ message: other }) => isSameMessage(other, message));
    if (earlier.length === 0) return message.sentAtMs === undefined ? [] : ['is new and says when it was sent first'];
    if (earlier.some((other) => other.body === body && other.message.sentAtMs === undefined)) return [];
    const first = earlier.filter((other) => other.message.sentAtMs === undefined).map(({ atMs }) => atMs);
    return [
      ...(message.again ? [] : ['is sent anew and does not say `again`']),
      ...(first.includes(message.sentAtMs ?? 0) ? [] : ['is sent anew and does not say when it was sent first']),
    ];
  }

  #deadLetterProblems({ queue, message }: Sent, { attributes }: OutgoingEntry): string[] {
    const item = this.#items.get(message.id);
    const ran = this.#runs.filter(
      ({ id, scope }) =>
        id === message.id &&
        scope.message.round === message.round - 1 &&
        scope.message.generation === message.generation,
    );
    const expected = new Set(ran.map((run) => deadLetterQueueOf(run.queue)));
    const timed = message.etaMs ?? message.expiresAtMs ?? message.sentAtMs;
    return [
      ...(expected.size > 0 && !expected.has(queue) ? [`is buried in ${queue}, it ran in ${[...expected]}`] : []),
      ...buriedOtherwise(queue, message, attributes?.reason, item),
      ...(attributes?.origin !== workQueueOf(queue) ? [`is buried as one of ${attributes?.origin}`] : []),
      ...(timed !== undefined ? ['is buried with an eta, an expiry or a time of its first sending'] : []),
      ...(message.redriven && message.again && message.retries === 0 ? [] : ['is buried not ready to be moved back']),
    ];
  }
}

/** A store that shows what is sent. */
export class WatchedStore extends MemoryStore {
  onSend: (queue: string, entry: OutgoingEntry) => void = () => {};

  override send(queue: string, entry: OutgoingEntry, nowMs: number): string {
    this.onSend(queue, entry);
    return super.send(queue, entry, nowMs);
  }
}

/** A dead letter says what the item says; unless an earlier one was moved back already, and the item has gone on. */
function buriedOtherwise(queue: string, { round }: Message, reason: string | undefined, item?: TaskItem): string[] {
  if (item && item.round >= round) return [];
  const same = item?.state === 'FAILURE' && item.reason === reason && queue === deadLetterQueueOf(item.queue);
  return same ? [] : [`is buried in ${queue} as ${reason}, it is ${item?.state} ${item?.reason} of ${item?.queue}`];
}

function isSameMessage(a: Message, b: Message): boolean {
  return a.id === b.id && a.copy === b.copy && a.generation === b.generation && a.round === b.round;
}

/** What waits for its time waits in the queue. */
function tooSoon({ message, atMs }: Sent, { delaySeconds }: OutgoingEntry): string | undefined {
  const leftSeconds = Math.min(900, Math.ceil(((message.etaMs ?? 0) - atMs) / 1_000));
  // a call that was slow or repeated carries the delay of its time
  return delaySeconds < leftSeconds
    ? `is sent with a delay of ${delaySeconds} s, ${leftSeconds} s are left`
    : undefined;
}

/** Terminal states never change within a round, and SUCCESS never at all; attempts are never forgotten. */
function forbiddenChange(before: TaskItem | undefined, after: TaskItem, kind: string): string | undefined {
  if (!before || kind === 'forget') return undefined;
  if (kind === 'stamp' && after.state === before.state) return undefined; // a mark for what it has sent
  if (before.state === 'SUCCESS') return `SUCCESS became ${after.state} by ${kind}`;
  if (isEnd(before.state) && after.round <= before.round) return `${before.state} became ${after.state} by ${kind}`;
  if (after.round < before.round) return `round ${before.round} became ${after.round} by ${kind}`;
  if (after.round === before.round && after.generation < before.generation) return `generation went back by ${kind}`;
  const sameAttempts = after.round === before.round || before.state === 'RETRY';
  if (sameAttempts && after.attempt < before.attempt) return `attempt went back by ${kind}`;
  return undefined;
}

/** How an end is stored: not over the head of whoever has the task, and with the value of its body. */
function endProblems(write: End, before: TaskItem | undefined, nowMs: number): string[] {
  const { by, state, value } = write;
  const ignored = POLICIES[by.task]?.ignoreResult === true && by.round === 0;
  const expected = state === 'SUCCESS' && !ignored ? { by: by.id } : undefined;
  const wrong = isDeepStrictEqual(value, expected) ? [] : [`${state} with the value ${JSON.stringify(value)}`];
  const found = [...wrong, ...lifetimeProblems(write, nowMs)];
  return isUnrun(write) && before ? [...found, ...unrunProblems(write, before, nowMs)] : found;
}

/** Ended by a worker without its code. */
function isUnrun({ state, reason }: End): boolean {
  return state === 'REVOKED' || reason === 'worker-lost';
}

function unrunProblems({ by, state }: End, { lease, round, copy }: TaskItem, nowMs: number): string[] {
  const held = lease !== undefined && lease.token !== by.token && lease.untilMs > nowMs;
  const owned = round === by.round && copy !== undefined && copy !== by.copy;
  return [
    ...(held ? [`${state} although another delivery has claimed it`] : []),
    ...(owned ? [`${state} although another copy owns it`] : []),
  ];
}

/** Seen by its handle as long as the task says; known for a day, and as long as a message may live where that matters. */
function lifetimeProblems(write: End, nowMs: number): string[] {
  const { by, state, resultExpiresAtMs = by.expiresAtMs } = write;
  const { acksLate = true, resultExpiresMs = 0 } = POLICIES[by.task] ?? {};
  const late = nowMs - by.nowMs + 60_000;
  const shownMs = resultExpiresAtMs - nowMs;
  const asWanted = shownMs <= resultExpiresMs && shownMs > resultExpiresMs - late;
  const knownMs = (state === 'FAILURE' || !acksLate ? UNENDED_ITEM_SECONDS : 86_400) * 1_000;
  return [
    ...(isUnrun(write) || asWanted ? [] : [`${state} is to be seen for ${shownMs} ms`]),
    ...(by.expiresAtMs - nowMs < knownMs - late ? [`${state} is known for too short`] : []),
  ];
}

/** The request of a MOVED task is a new message of the next generation, and not before its time. */
function movedProblems({ by, attempt }: Move, { copy, generation, retries, sentAtMs }: Message): string[] {
  return [
    ...(copy === by.copy ? ['is moved with its old copy'] : []),
    ...(generation === by.generation + 1 && retries === attempt ? [] : ['is moved to a wrong generation or attempt']),
    ...(sentAtMs === undefined ? [] : ['is moved and says when it was sent first']),
  ];
}
