import type { EndState } from '../../../src/base/states.ts';
import type { Write, Writer } from '../../../src/protocol/write.ts';
import { ITEM_ATTEMPT, message, NOW, WRITER } from './item-kinds.ts';

/** One kind of write, made for any task. */
export interface WriteKind {
  readonly name: string;
  make(id: string): Write;
}

const ERROR = { name: 'Error', message: 'it failed', code: 'E1', cause: { name: 'Error', message: 'below' } } as const;
const END_STATES: readonly EndState[] = ['SUCCESS', 'FAILURE', 'REVOKED', 'IGNORED'];
const LEASE_UNTIL = NOW + 60_000;

/** Every kind of write, each in the variants that the protocol tells apart. */
export const WRITE_KINDS: readonly WriteKind[] = [
  kind('claim', (id) => ({ kind: 'claim', by: held(id), leaseUntilMs: LEASE_UNTIL, atMostOnce: false })),
  kind('claim at most once', (id) => ({ kind: 'claim', by: held(id), leaseUntilMs: LEASE_UNTIL, atMostOnce: true })),
  kind('claim redriven', (id) => {
    const by = { ...held(id), redriven: true, parent: 'parent-now' };
    return { kind: 'claim', by, leaseUntilMs: LEASE_UNTIL, atMostOnce: false };
  }),
  ...END_STATES.flatMap((state) =>
    [false, true].flatMap((unrun) => [ends(state, unrun, false), ends(state, unrun, true)]),
  ),
  kind('end FAILURE redriven', (id) => {
    const by = { ...held(id), redriven: true };
    return { kind: 'end', by, state: 'FAILURE', unrun: false, attempt: 1, error: ERROR, reason: 'rejected' };
  }),
  ...[false, true].flatMap((claimed) => [
    ...[ITEM_ATTEMPT, ITEM_ATTEMPT + 1].flatMap((attempt) => [retries(attempt, claimed), moves(attempt, claimed)]),
    kind(`progress${suffix(claimed)}`, (id) => ({ kind: 'progress', by: by(id, claimed), state: 'SENDING' })),
    kind(`progress with meta${suffix(claimed)}`, (id) => {
      return { kind: 'progress', by: by(id, claimed), state: 'SENDING', meta: { done: 1 } };
    }),
  ]),
  ...(['FAILURE', 'REVOKED'] as const).map((state) =>
    kind(`mark ${state}`, (id) => ({
      kind: 'mark',
      by: { ...plain(id), parent: 'cause' },
      state,
      error: ERROR,
      cause: 'cause',
    })),
  ),
  kind('end FAILURE by another', (id) => {
    const ended = {
      state: 'FAILURE',
      unrun: false,
      attempt: 1,
      error: ERROR,
      reason: 'chord',
      cause: 'cause',
    } as const;
    return { kind: 'end', by: held(id), ...ended };
  }),
  kind('end SUCCESS elsewhere', (id) => {
    return { kind: 'end', by: held(id), state: 'SUCCESS', unrun: false, attempt: 1, valueKey: `${id}/value` };
  }),
  kind('move to a canvas', (id) => {
    const request = { canvas: { kind: 'chain', steps: [{ kind: 'task', task: 't', args: ['ü\u2028'] }] } } as const;
    return { kind: 'move', by: held(id), attempt: ITEM_ATTEMPT + 1, request };
  }),
  kind('move to a stored canvas', (id) => {
    return { kind: 'move', by: held(id), attempt: ITEM_ATTEMPT + 1, request: { canvasKey: `${id}/canvas` } };
  }),
  kind('stamp', (id) => ({ kind: 'stamp', by: { id, nowMs: NOW, expiresAtMs: NOW + 5_000 } })),
  kind('forget', (id) => ({ kind: 'forget', by: { id, nowMs: NOW } })),
];

function ends(state: EndState, unrun: boolean, claimed: boolean): WriteKind {
  return kind(`end ${state}${unrun ? ' unrun' : ''}${suffix(claimed)}`, (id) => ({
    kind: 'end',
    by: by(id, claimed),
    state,
    unrun,
    attempt: 1,
    ...(state === 'SUCCESS' ? { value: { of: [1, 'é', null] }, startedAtMs: NOW - 20 } : {}),
    ...(state === 'FAILURE' ? { error: ERROR, reason: unrun ? 'worker-lost' : 'permanent' } : {}),
  }));
}

function retries(attempt: number, claimed: boolean): WriteKind {
  return kind(`retry ${attempt}${suffix(claimed)}`, (id) => ({
    kind: 'retry',
    by: by(id, claimed),
    attempt,
    nextAtMs: NOW + 30_000,
    error: ERROR,
  }));
}

function moves(attempt: number, claimed: boolean): WriteKind {
  return kind(`move ${attempt}${suffix(claimed)}`, (id) => ({
    kind: 'move',
    by: by(id, claimed),
    attempt,
    request: { queue: 'payments', message: message(id) },
    ...(claimed ? { error: ERROR } : {}),
  }));
}

function kind(name: string, make: WriteKind['make']): WriteKind {
  return { name, make };
}

function suffix(claimed: boolean): string {
  return claimed ? ' with a claim' : '';
}

function by(id: string, claimed: boolean): Writer {
  return claimed ? held(id) : plain(id);
}

function held(id: string): Writer & { readonly token: string } {
  return { ...plain(id), token: WRITER.token };
}

function plain(id: string): Writer {
  const { copy, generation, round } = WRITER;
  const times = { nowMs: NOW, expiresAtMs: NOW + 86_400_000 };
  return { id, task: 'now', queue: 'default', root: 'root-now', copy, generation, round, redriven: false, ...times };
}
