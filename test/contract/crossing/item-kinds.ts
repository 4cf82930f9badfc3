import type { Message } from '../../../src/message/message.ts';
import { MESSAGE_DEFAULTS } from '../../../src/message/message.ts';
import type { Lease, TaskItem } from '../../../src/protocol/item.ts';

/** When every write of the crossing happens. Times of the items stand right before and right after it. */
export const NOW = 1_800_000_000_000;

/** What the writes of the crossing carry; the items are lower, equal or higher, own or another's. */
export const WRITER = { copy: 'own-copy', token: 'own-token', generation: 1, round: 1 } as const;
/** Failed attempts that the items have on record. */
export const ITEM_ATTEMPT = 2;

/** The values of each property in which two items may differ for a write. */
export const ITEM_DIMENSIONS = {
  state: [
    'PENDING',
    'STARTED',
    'HALFWAY',
    'MOVED',
    'RETRY due',
    'RETRY not due',
    'RETRY without time',
    'SUCCESS',
    'SUCCESS elsewhere',
    'SUCCESS forgotten',
    'FAILURE by itself',
    'FAILURE by another',
    'FAILURE of no cause',
    'FAILURE marked',
    'FAILURE forgotten',
    'REVOKED',
    'IGNORED',
  ],
  copy: ['none', 'own', 'other'],
  lease: ['none', 'own live', 'own over', 'other live', 'other over'],
  starts: [0, 1, 2, 3],
  generation: ['equal', 'lower', 'higher'],
  round: ['equal', 'lower', 'higher'],
  stamped: [false, true],
  extras: [false, true],
  time: ['present', 'expired'],
} as const;

type Dimensions = typeof ITEM_DIMENSIONS;
/** One kind of item. */
export type ItemKind = { readonly [D in keyof Dimensions]: Dimensions[D][number] };

const RELATIVE = { lower: -1, equal: 0, higher: 1 } as const;

/** Builds an item of this kind for the task `id`. */
export function makeItem(kind: ItemKind, id: string): TaskItem {
  const copy = { none: {}, own: { copy: WRITER.copy }, other: { copy: 'other-copy' } }[kind.copy];
  return {
    task: 'before',
    queue: 'queue-before',
    root: 'root-before',
    attempt: ITEM_ATTEMPT,
    ...copy,
    ...stateFields(kind.state, id),
    ...leaseFields(kind.lease),
    starts: kind.starts,
    generation: WRITER.generation + RELATIVE[kind.generation],
    round: WRITER.round + RELATIVE[kind.round],
    ...(kind.stamped ? { revoked: true as const } : {}),
    ...(kind.extras ? EXTRAS : {}),
    expiresAtMs: kind.time === 'expired' ? NOW : NOW + 1,
  };
}

const EXTRAS = { parent: 'parent-before', meta: { done: 3, of: 'ten 🙂' }, startedAtMs: NOW - 5_000 } as const;
const ERROR = { name: 'TypeError', message: 'before\nit', stack: 'at a.ts:1' } as const;

function stateFields(state: ItemKind['state'], id: string): Pick<TaskItem, 'state'> & Partial<TaskItem> {
  switch (state) {
    case 'RETRY due':
      return { state: 'RETRY', nextAtMs: NOW, error: ERROR };
    case 'RETRY not due':
      return { state: 'RETRY', nextAtMs: NOW + 1, error: ERROR };
    case 'RETRY without time':
      return { state: 'RETRY' };
    case 'MOVED':
      return { state: 'MOVED', request: { queue: 'elsewhere', message: message(id) } };
    case 'SUCCESS':
      return { state: 'SUCCESS', value: ['a', { b: null }], doneAtMs: NOW - 1 };
    case 'SUCCESS elsewhere':
      return { state: 'SUCCESS', valueKey: `${id}/value`, doneAtMs: NOW - 1 };
    case 'SUCCESS forgotten':
      return { state: 'SUCCESS', forgotten: true, doneAtMs: NOW - 1 };
    case 'FAILURE by itself':
      return { state: 'FAILURE', cause: id, error: ERROR, reason: 'exhausted', doneAtMs: NOW - 1 };
    case 'FAILURE by another':
      return { state: 'FAILURE', cause: 'another', error: ERROR, doneAtMs: NOW - 1 };
    case 'FAILURE of no cause':
      return { state: 'FAILURE', error: ERROR, doneAtMs: NOW - 1 };
    case 'FAILURE marked':
      return { state: 'FAILURE', cause: 'another', error: ERROR, marked: true, doneAtMs: NOW - 1 };
    case 'FAILURE forgotten':
      return { state: 'FAILURE', cause: id, error: ERROR, reason: 'permanent', forgotten: true, doneAtMs: NOW - 1 };
    default:
      return { state };
  }
}

function leaseFields(lease: ItemKind['lease']): { readonly lease?: Lease } {
  if (lease === 'none') return {};
  const [whose, when] = lease.split(' ');
  return {
    lease: { token: whose === 'own' ? WRITER.token : 'other-token', untilMs: when === 'live' ? NOW + 1 : NOW },
  };
}

/** The message of a MOVED task's request. */
export function message(id: string): Message {
  return { ...MESSAGE_DEFAULTS, id, copy: 'moved-copy', task: 'moved', args: [{ text: 'ü\u2028' }], root: id };
}
