import type { CanvasJson } from '../../src/canvas/canvas-json.ts';
import { MESSAGE_DEFAULTS, type Message } from '../../src/message/message.ts';
import type { Frame } from '../../src/message/next.ts';
import type { BarrierNode, NodeAt } from '../../src/protocol/barrier-item.ts';
import { type Effect, effects } from '../../src/protocol/effects.ts';
import { gather } from '../../src/protocol/gather.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import { climb, closing } from '../../src/protocol/tree.ts';
import type { Table } from './protocol-table.ts';

const step = (task: string): CanvasJson => ({ kind: 'task', task, args: [] });
/** What remains of a chain of three after its first step: `w.1`, then the chain's own result under `w`. */
const frame: Frame = {
  id: 'w',
  path: 'w',
  at: 1,
  length: 3,
  steps: [step('s1'), step('s2')],
  errbacks: [step('chain-errback')],
};
const message: Message = {
  ...MESSAGE_DEFAULTS,
  id: 'w.0',
  copy: 'mine',
  root: 'w',
  task: 't',
  next: { link: [step('link')], errbacks: [step('errback')], frames: [frame], slot: { group: 'g', index: 0, size: 2 } },
};
/** The last step, or a task that is a member itself. */
const last: Message = { ...message, next: { slot: { group: 'g', index: 0, size: 2 } } };
const plain: Message = { ...message, next: undefined as never };

const item: TaskItem = {
  task: 't',
  queue: 'default',
  root: 'w',
  state: 'SUCCESS',
  attempt: 0,
  copy: 'mine',
  starts: 0,
  generation: 0,
  round: 0,
  expiresAtMs: 1,
};
const failed = { state: 'FAILURE', cause: 'w.0', reason: 'permanent', error: { name: 'E', message: 'boom' } } as const;

const follows = (of: Message, stored: Partial<TaskItem>) =>
  effects(of, { ...item, ...stored })
    .map(named)
    .join(', ') || 'nothing';

function named(effect: Effect): string {
  switch (effect.kind) {
    case 'dead-letter':
      return `dead letter of round ${effect.message.round}`;
    case 'link':
      return `link ${effect.place}`;
    case 'errback':
      return `errback ${effect.place}`;
    case 'next':
      return `next ${effect.frames[0].path}.${effect.frames[0].at}`;
    case 'mark':
      return `mark ${effect.stage.id} ${effect.state} by ${effect.cause}`;
    case 'arrive':
      return `arrive${effect.failed ? ' as failed' : ''}`;
  }
}

const member = (state: TaskItem['state'] | undefined, value: number | null = null) => ({
  item: state === undefined ? undefined : { ...item, state, ...(state === 'FAILURE' ? failed : {}) },
  value,
});
const ok = member('SUCCESS', 1);
const bad = member('FAILURE');
const got = (members: Parameters<typeof gather>[1], policy?: Parameters<typeof gather>[2]) => {
  const answer = gather('g', members, policy);
  if (answer.kind === 'list') return JSON.stringify(answer.list.map(short));
  return `${answer.count} failed, by ${answer.cause}`;
};
const short = (slot: unknown) => (slot as { status?: string } | null)?.status ?? slot;

const filled = (count: number, size?: number): BarrierNode => ({
  arrived: new Set(Array(count).keys()),
  failed: new Set(),
  ...(size !== undefined ? { size } : {}),
});
const leaf: NodeAt = { group: 'g', level: 0, node: 0 };
const climbed = (at: Partial<NodeAt>, node: BarrierNode, size?: number) => {
  const answer = climb({ ...leaf, ...at }, node, size);
  if (answer.kind === 'climb') return `climb to ${answer.to.level}#${answer.to.node} as ${answer.child}`;
  return answer.kind;
};

/** The tables of the protocol that concern workflows. */
export const WORKFLOW_TABLES: readonly Table[] = [
  {
    title: 'effects',
    rows: [
      {
        when: 'SUCCESS of a task that nothing follows',
        gives: 'nothing',
        ask: () => follows(plain, { state: 'SUCCESS' }),
      },
      {
        when: 'SUCCESS of a step that has a next one',
        gives: 'link l0, next w.1',
        without: 'a member arrives before its chain has ended',
        ask: () => follows(message, { state: 'SUCCESS' }),
      },
      {
        when: 'SUCCESS of a member, or of the last step of one',
        gives: 'arrive',
        ask: () => follows(last, { state: 'SUCCESS' }),
      },
      {
        when: 'FAILURE of its own',
        gives: 'dead letter of round 1',
        without: 'what failed is lost',
        ask: () => follows(plain, failed),
      },
      {
        when: 'FAILURE of its own, of a step',
        gives:
          'dead letter of round 1, errback e0-0, errback e0-1, mark w.1 FAILURE by w.0, mark w FAILURE by w.0, arrive as failed',
        without: 'handles of later steps wait for ever, and the group as well',
        ask: () => follows(message, failed),
      },
      {
        when: 'the same, in round 2',
        gives:
          'dead letter of round 3, errback e2-0, errback e2-1, mark w.1 FAILURE by w.0, mark w FAILURE by w.0, arrive as failed',
        without: 'the errback of a later round is taken for the first one’s',
        ask: () => follows({ ...message, round: 2 }, failed),
      },
      {
        when: 'FAILURE by another task: a `ChordError`',
        gives: 'errback e0-0, errback e0-1, mark w.1 FAILURE by m, mark w FAILURE by m, arrive as failed',
        without: 'its dead letter can never be run: its members have theirs',
        ask: () => follows(message, { ...failed, cause: 'm' }),
      },
      {
        when: 'REVOKED',
        gives: 'mark w.1 REVOKED by w.0, mark w REVOKED by w.0, arrive as failed',
        ask: () => follows(message, { state: 'REVOKED' }),
      },
      {
        when: 'IGNORED',
        gives: 'mark w.1 FAILURE by w.0, mark w FAILURE by w.0, arrive as failed',
        ask: () => follows(message, { state: 'IGNORED' }),
      },
      {
        when: 'ended by a mark',
        gives: 'nothing',
        without: 'errbacks and dead letters of tasks that never ran',
        ask: () => follows(message, { ...failed, cause: 'm', marked: true }),
      },
    ],
  },
  {
    title: 'gather',
    rows: [
      { when: 'all have succeeded', gives: '[1,1]', ask: () => got([ok, ok]) },
      { when: 'there are none', gives: '[]', ask: () => got([]) },
      {
        when: 'one has failed',
        gives: '1 failed, by w.0',
        without: 'the body runs with a hole in its list',
        ask: () => got([ok, bad]),
      },
      {
        when: 'one was revoked, or ignored',
        gives: '2 failed, by g.0',
        ask: () => got([member('REVOKED'), member('IGNORED')]),
      },
      {
        when: 'one is running again',
        gives: '1 failed, by g.1',
        without: 'waiting bodies use up their receives',
        ask: () => got([ok, member('STARTED')]),
      },
      { when: 'one is not stored', gives: '1 failed, by g.0', ask: () => got([member(undefined), ok]) },
      {
        when: '`settle`: whatever they came to',
        gives: '["SUCCESS","FAILURE","REVOKED","IGNORED","FAILURE"]',
        ask: () => got([ok, bad, member('REVOKED'), member('IGNORED'), member('STARTED')], 'settle'),
      },
      {
        when: '`atLeast: 1`, one of two has succeeded',
        gives: '["SUCCESS","FAILURE"]',
        ask: () => got([ok, bad], { atLeast: 1 }),
      },
      {
        when: '`atLeast: 2`, one of two has succeeded',
        gives: '1 failed, by w.0',
        ask: () => got([ok, bad], { atLeast: 2 }),
      },
      {
        when: '`maxFailures: 1`, one of two has failed',
        gives: '["SUCCESS","FAILURE"]',
        ask: () => got([ok, bad], { maxFailures: 1 }),
      },
      {
        when: '`maxFailures: 1`, both have failed',
        gives: '2 failed, by w.0',
        ask: () => got([bad, bad], { maxFailures: 1 }),
      },
    ],
  },
  {
    title: 'climb',
    rows: [
      { when: 'a member is missing', gives: 'stop', ask: () => climbed({}, filled(1), 2) },
      {
        when: 'as many as there are members, but not these',
        gives: 'stop',
        without: 'a member of a longer second run counts for one that is missing',
        ask: () => climbed({}, { ...filled(1), arrived: new Set([0, 2]) }, 2),
      },
      { when: 'all are there, and this is the top', gives: 'complete', ask: () => climbed({}, filled(2), 2) },
      {
        when: 'all are there, and there are other leaves',
        gives: 'climb to 1#0 as 0',
        ask: () => climbed({}, filled(100), 101),
      },
      {
        when: 'the last leaf, with one member',
        gives: 'climb to 1#0 as 1',
        ask: () => climbed({ node: 1 }, filled(1), 101),
      },
      { when: 'both leaves are there', gives: 'complete', ask: () => climbed({ level: 1 }, filled(2), 101) },
      {
        when: 'the size is not known, a hundred are there',
        gives: 'climb to 1#0 as 0',
        without: 'the closer would have to look at every leaf',
        ask: () => climbed({}, filled(100)),
      },
      {
        when: 'the size is not known, fewer are there',
        gives: 'stop',
        without: 'the body runs before the group is closed',
        ask: () => climbed({}, filled(2)),
      },
      { when: 'the node was told the size', gives: 'complete', ask: () => climbed({}, filled(2, 2)) },
      { when: 'such a leaf is none of this group', gives: 'stop', ask: () => climbed({ node: 1 }, filled(2), 2) },
    ],
  },
  {
    title: 'close',
    rows: [
      { when: 'of no members', gives: 'nothing to look at', ask: () => closed(0) },
      { when: 'of 100', gives: '0#0', ask: () => closed(100) },
      {
        when: 'of 201',
        gives: '0#2, 1#0',
        without: 'a node that was complete before its size was known never climbs',
        ask: () => closed(201),
      },
      { when: 'of 10,001', gives: '0#100, 1#1, 2#0', ask: () => closed(10_001) },
    ],
  },
];

function closed(size: number): string {
  const nodes = closing('g', size).map(({ level, node }) => `${level}#${node}`);
  return nodes.join(', ') || 'nothing to look at';
}
