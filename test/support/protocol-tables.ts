import { MAX_HOPS, MAX_RECEIVE_COUNT, MAX_STARTS } from '../../src/base/limits.ts';
import { MESSAGE_DEFAULTS, type Message } from '../../src/message/message.ts';
import { type Arrival, guard, ruling } from '../../src/protocol/guard.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import { lostDecision } from '../../src/protocol/lost.ts';
import { wait } from '../../src/protocol/wait.ts';
import type { Write } from '../../src/protocol/write.ts';
import { applyWrite } from '../../src/protocol/writes.ts';
import type { Table } from './protocol-table.ts';
import { WORKFLOW_TABLES } from './protocol-workflow-tables.ts';

const NOW = 1_000_000_000;
const DAY = 86_400_000;

const message: Message = { ...MESSAGE_DEFAULTS, id: 'a', copy: 'mine', root: 'a', task: 't' };
const arrival: Arrival = {
  message,
  receiveCount: 1,
  sentAtMs: NOW,
  revoked: false,
  graceMs: 900_000,
  mustClaim: false,
  nowMs: NOW,
};
const item: TaskItem = {
  task: 't',
  queue: 'default',
  root: 'a',
  state: 'STARTED',
  attempt: 0,
  copy: 'mine',
  starts: 1,
  generation: 0,
  round: 0,
  expiresAtMs: NOW + DAY,
};
const by = {
  id: 'a',
  task: 't',
  queue: 'default',
  root: 'a',
  copy: 'mine',
  generation: 0,
  round: 0,
  redriven: false,
  nowMs: NOW,
  expiresAtMs: NOW + DAY,
};
const mark = (change: object = {}): Write => ({
  kind: 'mark',
  by: { ...by, id: 'stage', parent: 'a', ...change },
  state: 'FAILURE',
  error: { name: 'E', message: 'boom' },
  cause: 'a',
});
const live = { token: 'other', untilMs: NOW + 60_000 };
const dead = { token: 'other', untilMs: NOW - 1 };
const error = { name: 'E', message: 'boom' };

const admitted = (change: Partial<Arrival>, of: Partial<Message> = {}) => {
  const answer = guard({ ...arrival, ...change, message: { ...message, ...of } });
  return 'why' in answer ? `${answer.kind}: ${answer.why}` : answer.kind;
};
const ruled = (stored: Partial<TaskItem> | undefined, of: Partial<Message> = {}, atMostOnce = false) => {
  const answer = ruling(stored && { ...item, ...stored }, { message: { ...message, ...of }, atMostOnce, nowMs: NOW });
  return 'why' in answer ? `${answer.kind}: ${answer.why}` : answer.kind;
};
const wrote = (stored: Partial<TaskItem> | undefined, write: Write) => {
  const answer = applyWrite(stored && { ...item, ...stored }, write);
  return 'refused' in answer ? `refused: ${answer.refused}` : answer.item.state;
};
const claim = (change: Partial<Parameters<typeof applyWrite>[1]['by']> = {}, atMostOnce = false): Write => ({
  kind: 'claim',
  by: { ...by, token: 'own', ...change },
  leaseUntilMs: NOW + 60_000,
  atMostOnce,
});
const end = (change: object = {}, unrun = false, more: object = {}): Write => ({
  kind: 'end',
  by: { ...by, ...change },
  state: 'SUCCESS',
  unrun,
  attempt: 0,
  value: 1,
  ...more,
});
const causeOf = (write: Write) => {
  const answer = applyWrite(undefined, write);
  return 'refused' in answer ? answer.refused : `by ${answer.item.cause}`;
};
const retry = (attempt: number, change: object = {}): Write => ({
  kind: 'retry',
  by: { ...by, ...change },
  attempt,
  nextAtMs: NOW + 1_000,
  error,
});
const move = (change: object = {}): Write => ({
  kind: 'move',
  by: { ...by, ...change },
  attempt: 1,
  request: { queue: 'other', message },
});
const progress = (change: object = {}): Write => ({ kind: 'progress', by: { ...by, ...change }, state: 'HALF' });
const failed = { state: 'FAILURE', cause: 'a', reason: 'permanent' } as const;
const moved = { state: 'MOVED', generation: 1, request: { queue: 'other', message } } as const;
const unowned = (stored: Partial<TaskItem>): Partial<TaskItem> => ({ ...stored, copy: undefined as never });

const replaced = (generation: number): Partial<TaskItem> =>
  unowned({ state: 'MOVED', generation, request: { canvas: { kind: 'task', task: 't', args: [] } } });

/** The tables of the protocol that concern single tasks. */
const TASK_TABLES: readonly Table[] = [
  {
    title: 'guard',
    rows: [
      {
        when: 'the id, its root or anything above it is on the list of revoked ones',
        gives: 'end: revoked',
        ask: () => admitted({ revoked: true }),
      },
      {
        when: 'the same, and it was moved back from a dead-letter queue',
        gives: 'claim',
        without: 'what an operator asks to run is refused',
        ask: () => admitted({ revoked: true }, { redriven: true, round: 1 }),
      },
      { when: '`expires` has passed', gives: 'end: expired', ask: () => admitted({}, { expiresAtMs: NOW }) },
      { when: '`eta` lies ahead', gives: 'wait: eta', ask: () => admitted({}, { etaMs: NOW + 1 }) },
      {
        when: `more than ${MAX_HOPS} hops`,
        gives: 'end: hop-limit',
        without: 'tasks that send themselves go on for ever',
        ask: () => admitted({}, { hops: MAX_HOPS + 1 }),
      },
      {
        when: 'no such task, within the grace period',
        gives: 'wait: unknown-task',
        without: 'a rolling deployment fails tasks',
        ask: () => admitted({ unknown: 'unknown-task' }),
      },
      {
        when: 'no such task, after it',
        gives: 'end: unknown-task',
        ask: () => admitted({ unknown: 'unknown-task', graceMs: 0 }),
      },
      {
        when: 'a later version of the envelope, after it',
        gives: 'end: newer-version',
        ask: () => admitted({ unknown: 'newer-version', graceMs: 0 }),
      },
      {
        when: 'the first delivery of a plain task',
        gives: 'run',
        without: 'every task costs a write more',
        ask: () => admitted({}),
      },
      {
        when: 'received before',
        gives: 'claim',
        without: 'a recorded retry or result is not seen',
        ask: () => admitted({ receiveCount: 2 }),
      },
      {
        when: 'its sender had been delivered before (`again`)',
        gives: 'claim',
        ask: () => admitted({}, { again: true }),
      },
      { when: 'a later generation', gives: 'claim', ask: () => admitted({}, { generation: 1 }) },
      { when: 'a later round', gives: 'claim', ask: () => admitted({}, { round: 1 }) },
      {
        when: '`trackStarted`, `acksLate: false`, or sent by a barrier or a failure (`claim`)',
        gives: 'claim',
        without: 'of two last members each runs the body',
        ask: () => admitted({ mustClaim: true }),
      },
    ],
  },
  {
    title: 'claim',
    rows: [
      { when: 'no item', gives: 'STARTED', ask: () => wrote(undefined, claim()) },
      { when: 'an item past its time', gives: 'STARTED', ask: () => wrote({ ...failed, expiresAtMs: NOW }, claim()) },
      {
        when: 'begun before, by this copy, nobody runs it now',
        gives: 'STARTED',
        ask: () => wrote({ lease: dead }, claim()),
      },
      {
        when: 'held by this very claim: its answer was lost',
        gives: 'STARTED',
        ask: () => wrote({ lease: { token: 'own', untilMs: NOW + 1 } }, claim()),
      },
      { when: 'RETRY, due', gives: 'STARTED', ask: () => wrote({ state: 'RETRY', nextAtMs: NOW }, claim()) },
      {
        when: 'MOVED, for the new request',
        gives: 'STARTED',
        ask: () => wrote(unowned(moved), claim({ generation: 1, copy: 'new' } as object)),
      },
      {
        when: 'a FAILURE of an earlier round, by its own dead letter',
        gives: 'STARTED',
        ask: () => wrote(failed, claim({ round: 1, redriven: true } as object)),
      },
      {
        when: 'marked in an earlier round',
        gives: 'STARTED',
        without: 'a resumed workflow ends at its first mark',
        ask: () => wrote({ ...failed, cause: 'b', marked: true }, claim({ round: 1 } as object)),
      },
      {
        when: 'a later round has it',
        gives: 'refused: later-round',
        without: 'a slow worker of the old round writes over the new one',
        ask: () => wrote({ round: 1 }, claim()),
      },
      {
        when: 'ended',
        gives: 'refused: ended',
        without: 'user code runs again',
        ask: () => wrote({ state: 'SUCCESS' }, claim()),
      },
      {
        when: 'failed by its own code, and not redriven itself',
        gives: 'refused: own-failure',
        without: 'failed code runs again that nobody redrove',
        ask: () => wrote(failed, claim({ round: 1 } as object)),
      },
      {
        when: 'another generation',
        gives: 'refused: generation',
        without: 'the old arguments run again',
        ask: () => wrote(unowned(moved), claim()),
      },
      {
        when: 'owned by another copy',
        gives: 'refused: owned-by-another',
        without: 'two copies share one attempt counter',
        ask: () => wrote({ copy: 'theirs' }, claim()),
      },
      {
        when: 'somebody runs it',
        gives: 'refused: held',
        without: 'a claimed task runs twice at once',
        ask: () => wrote({ lease: live }, claim()),
      },
      { when: 'revoked', gives: 'refused: revoked', ask: () => wrote({ revoked: true }, claim()) },
      {
        when: 'RETRY, not due',
        gives: 'refused: not-due',
        without: 'a duplicate forgets the backoff',
        ask: () => wrote({ state: 'RETRY', nextAtMs: NOW + 1 }, claim()),
      },
      {
        when: 'at most once, and begun',
        gives: 'refused: begun-once',
        without: 'it runs a second time',
        ask: () => wrote({}, claim({}, true)),
      },
      {
        when: `begun ${MAX_STARTS} times without an end`,
        gives: 'refused: begun-too-often',
        without: 'a poison message circles for ever',
        ask: () => wrote({ starts: MAX_STARTS }, claim()),
      },
    ],
  },
  {
    title: 'ruling',
    rows: [
      { when: 'a later round has it', gives: 'drop: later-round', ask: () => ruled({ round: 1 }) },
      {
        when: 'ended, owned by this copy',
        gives: 'settle',
        without: 'a crash after the store loses the dead letter',
        ask: () => ruled({ state: 'FAILURE' }),
      },
      { when: 'ended, owned by nobody', gives: 'settle', ask: () => ruled(unowned({ state: 'REVOKED' })) },
      {
        when: 'ended, owned by another copy',
        gives: 'drop: ended-by-another',
        without: 'what follows is done twice',
        ask: () => ruled({ state: 'SUCCESS', copy: 'theirs' }),
      },
      {
        when: 'an earlier round failed by its own code, and this is not its dead letter',
        gives: 'drop: own-failure',
        ask: () => ruled(failed, { round: 1 }),
      },
      {
        when: 'a later generation, owned by nobody yet',
        gives: 'resend',
        without: 'a crash between recording and sending loses the task',
        ask: () => ruled(unowned(moved)),
      },
      {
        when: 'the next generation is a canvas that replaces it, owned by nobody yet',
        gives: 'resend',
        without: 'a crash before its first message loses the workflow',
        ask: () => ruled(replaced(1)),
      },
      {
        when: 'a generation after the next is such a canvas',
        gives: 'drop: moved-on',
        without: 'it goes on with what followed from an earlier message',
        ask: () => ruled(replaced(2)),
      },
      {
        when: 'a later generation, owned',
        gives: 'drop: moved-on',
        without: 'the old arguments run again',
        ask: () => ruled({ ...moved, copy: 'new' }),
      },
      {
        when: 'owned by another copy',
        gives: 'drop: owned-by-another',
        without: 'two copies wait for one another',
        ask: () => ruled({ copy: 'theirs' }),
      },
      { when: 'somebody runs it', gives: 'wait: held', ask: () => ruled({ lease: live }) },
      { when: 'revoked', gives: 'end: revoked', ask: () => ruled({ revoked: true }) },
      { when: 'RETRY, not due', gives: 'wait: not-due', ask: () => ruled({ state: 'RETRY', nextAtMs: NOW + 1 }) },
      {
        when: 'at most once, and begun',
        gives: 'end: begun-once',
        without: 'its handle says PENDING for ever',
        ask: () => ruled({}, {}, true),
      },
      {
        when: `begun ${MAX_STARTS} times without an end`,
        gives: 'end: worker-lost',
        ask: () => ruled({ starts: MAX_STARTS }),
      },
      { when: 'nothing stands in the way any more', gives: 'again', ask: () => ruled({ lease: dead }) },
    ],
  },
  {
    title: 'end',
    rows: [
      { when: 'no item', gives: 'SUCCESS', ask: () => wrote(undefined, end()) },
      { when: 'not ended', gives: 'SUCCESS', ask: () => wrote({}, end()) },
      { when: 'a slow first delivery, while a claim runs', gives: 'SUCCESS', ask: () => wrote({ lease: live }, end()) },
      {
        when: 'a failure says whose it is: its own code',
        gives: 'by a',
        without: 'nobody knows what a dead letter may start again',
        ask: () => causeOf(end({}, false, { state: 'FAILURE', value: undefined })),
      },
      {
        when: 'a failure that another task brought about',
        gives: 'by b',
        without: 'a failed chord is run again only by a dead letter that it has not',
        ask: () => causeOf(end({}, false, { state: 'FAILURE', value: undefined, cause: 'b' })),
      },
      {
        when: 'ended',
        gives: 'refused: ended',
        without: 'a final state changes',
        ask: () => wrote({ state: 'REVOKED' }, end()),
      },
      {
        when: 'marked meanwhile',
        gives: 'refused: ended',
        ask: () => wrote({ ...failed, cause: 'b', marked: true }, end()),
      },
      { when: 'a later round', gives: 'refused: later-round', ask: () => wrote({ round: 1 }, end()) },
      { when: 'a later generation', gives: 'refused: generation', ask: () => wrote(moved, end()) },
      {
        when: 'claimed, but another delivery holds the lease now',
        gives: 'refused: held',
        without: 'a slow worker ends the task that runs',
        ask: () => wrote({ lease: live }, end({ token: 'own' })),
      },
      {
        when: 'not run (revoked, expired, lost, unknown), while somebody runs it',
        gives: 'refused: held',
        ask: () => wrote({ lease: live }, end({}, true)),
      },
      {
        when: 'not run, and owned by another copy',
        gives: 'refused: owned-by-another',
        ask: () => wrote({ copy: 'theirs' }, end({}, true)),
      },
    ],
  },
  {
    title: 'retry and move',
    rows: [
      { when: 'no item', gives: 'RETRY', ask: () => wrote(undefined, retry(1)) },
      {
        when: 'the claim that ran it',
        gives: 'RETRY',
        ask: () => wrote({ lease: { token: 'own', untilMs: NOW + 1 } }, retry(1, { token: 'own' })),
      },
      { when: 'another request', gives: 'MOVED', ask: () => wrote(undefined, move()) },
      {
        when: 'an attempt that is on record',
        gives: 'refused: attempt',
        without: 'a late RETRY hides a later attempt',
        ask: () => wrote({ attempt: 1 }, retry(1)),
      },
      {
        when: 'another delivery holds the lease',
        gives: 'refused: held',
        without: 'a slow worker takes the task from the one that runs it',
        ask: () => wrote({ lease: live }, retry(1)),
      },
      {
        when: 'owned by another copy',
        gives: 'refused: owned-by-another',
        ask: () => wrote({ copy: 'theirs' }, retry(1)),
      },
      { when: 'another generation', gives: 'refused: generation', ask: () => wrote(moved, move()) },
      { when: 'ended', gives: 'refused: ended', ask: () => wrote({ state: 'SUCCESS' }, retry(1)) },
      { when: 'a later round', gives: 'refused: later-round', ask: () => wrote({ round: 1 }, retry(1)) },
    ],
  },
  {
    title: 'mark',
    rows: [
      { when: 'no item', gives: 'FAILURE', ask: () => wrote(undefined, mark()) },
      { when: 'not ended, whoever owns it', gives: 'FAILURE', ask: () => wrote({ copy: 'theirs' }, mark()) },
      {
        when: 'marked in an earlier round',
        gives: 'FAILURE',
        without: 'the error that it shows is the old one',
        ask: () => wrote({ ...failed, cause: 'b', marked: true }, mark({ round: 1 })),
      },
      {
        when: 'succeeded, in whatever round',
        gives: 'refused: ended',
        without: 'an earlier success is rewritten',
        ask: () => wrote({ state: 'SUCCESS' }, mark({ round: 1 })),
      },
      { when: 'ended', gives: 'refused: ended', ask: () => wrote({ state: 'REVOKED' }, mark()) },
      {
        when: 'a later round has it',
        gives: 'refused: later-round',
        without: 'a slow worker of the old round marks what the new one is running',
        ask: () => wrote({ round: 1 }, mark()),
      },
      {
        when: 'failed by its own code in an earlier round',
        gives: 'refused: own-failure',
        without: 'a barrier starts failed code again that nobody redrove',
        ask: () => wrote({ ...failed, cause: 'stage' }, mark({ round: 1 })),
      },
      {
        when: 'gone on with another request',
        gives: 'refused: generation',
        ask: () => wrote(moved, mark()),
      },
    ],
  },
  {
    title: 'progress, revoke, forget',
    rows: [
      { when: 'progress of the delivery that runs it', gives: 'HALF', ask: () => wrote(undefined, progress()) },
      {
        when: 'progress, while another delivery holds the lease',
        gives: 'refused: held',
        ask: () => wrote({ lease: live }, progress()),
      },
      {
        when: 'progress, after a RETRY of this attempt',
        gives: 'refused: attempt',
        without: 'the due time is lost',
        ask: () => wrote({ state: 'RETRY', nextAtMs: NOW }, progress()),
      },
      { when: 'revoke, nothing known yet', gives: 'PENDING', ask: () => wrote(undefined, { kind: 'stamp', by }) },
      {
        when: 'revoke, ended: it stays as it is, and is marked for what it has sent',
        gives: 'FAILURE',
        without: 'where the list cannot be read, what it has sent runs',
        ask: () => wrote({ state: 'FAILURE' }, { kind: 'stamp', by }),
      },
      {
        when: 'forget, ended: the value goes, the rest stays',
        gives: 'SUCCESS',
        without: 'a late duplicate runs again',
        ask: () => wrote({ state: 'SUCCESS' }, { kind: 'forget', by }),
      },
      { when: 'forget, not ended', gives: 'refused: not-ended', ask: () => wrote({}, { kind: 'forget', by }) },
    ],
  },
  {
    title: 'wait',
    rows: [
      { when: 'up to 15 minutes', gives: 'visibility', ask: () => wait(1, NOW + 900_000, NOW).kind },
      {
        when: 'longer',
        gives: 'resend',
        without: 'it counts against the 120,000 in flight',
        ask: () => wait(1, NOW + 900_001, NOW).kind,
      },
      {
        when: `received ${MAX_RECEIVE_COUNT - 2} times`,
        gives: 'resend',
        without: 'waiting alone makes a task count as lost',
        ask: () => wait(MAX_RECEIVE_COUNT - 2, NOW + 1_000, NOW).kind,
      },
    ],
  },
  {
    title: 'lost',
    rows: [
      {
        when: `begun ${MAX_STARTS} times without an end`,
        gives: 'end',
        ask: () => lostDecision(message, { ...item, starts: MAX_STARTS }, NOW, NOW).kind,
      },
      {
        when: 'ended, owned by this copy',
        gives: 'settle',
        ask: () => lostDecision(message, { ...item, ...failed }, NOW, NOW).kind,
      },
      {
        when: 'ended, owned by another copy',
        gives: 'drop',
        ask: () => lostDecision(message, { ...item, ...failed, copy: 'theirs' }, NOW, NOW).kind,
      },
      {
        when: 'it merely never reached our code',
        gives: 'send-back',
        without: 'a broken deployment loses tasks',
        ask: () => lostDecision(message, undefined, NOW, NOW).kind,
      },
      {
        when: 'the same, after four days',
        gives: 'end',
        without: 'it circles for ever',
        ask: () => lostDecision(message, undefined, NOW - 4 * DAY - 1, NOW).kind,
      },
    ],
  },
];

/** Every table of docs/protocol.md. */
export const TABLES: readonly Table[] = [...TASK_TABLES, ...WORKFLOW_TABLES];
