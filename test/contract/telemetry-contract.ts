import { describe, expect, it } from 'vitest';
import type { LogLine, TaskEvent, Telemetry } from '../../src/ports/telemetry.ts';

const OF = { queue: 'default', task: 'digest.send', id: 'id-1' } as const;

/** One event of each kind. */
export const EVENTS: { readonly [Kind in TaskEvent['kind']]: Extract<TaskEvent, { kind: Kind }> } = {
  started: { kind: 'started', ...OF, retries: 0, waitedMs: 12 },
  succeeded: { kind: 'succeeded', ...OF, tookMs: 7 },
  retrying: { kind: 'retrying', ...OF, tookMs: 7, retries: 1, inSeconds: 4, error: 'Error: busy' },
  failed: { kind: 'failed', ...OF, tookMs: 7, reason: 'exhausted', error: 'Error: busy', expected: false },
  revoked: { kind: 'revoked', ...OF, why: 'expired' },
  ignored: { kind: 'ignored', ...OF, tookMs: 7 },
  replaced: { kind: 'replaced', ...OF, tookMs: 7 },
  deferred: { kind: 'deferred', ...OF, why: 'eta', inSeconds: 60 },
  dropped: { kind: 'dropped', ...OF, why: 'owned-by-another' },
  'settled-again': { kind: 'settled-again', ...OF, state: 'SUCCESS' },
  'sent-back': { kind: 'sent-back', ...OF, receiveCount: 20 },
  'dead-lettered': { kind: 'dead-lettered', ...OF, reason: 'exhausted' },
  unreadable: { kind: 'unreadable', queue: 'default', sqsMessageId: 'm1', error: 'no JSON' },
  batch: { kind: 'batch', queue: 'default', records: 10, returned: 1, tookMs: 40 },
};

/** What a task may log, also by mistake. */
export const FIELDS: Readonly<Record<string, object>> = {
  plain: { user: 42, nested: { list: [1, null] } },
  'a cycle': cycle(),
  'a bigint': { big: 10n },
  'an error': { error: new TypeError('no') },
  'a function, a symbol, undefined': { run: () => 1, mark: Symbol('s'), none: undefined },
  'a getter that throws': {
    get broken(): never {
      throw new Error('broken');
    },
  },
  'a toJSON that throws': {
    inner: {
      toJSON() {
        throw new Error('broken');
      },
    },
  },
  'an invalid date': { at: new Date(Number.NaN) },
  'line breaks and lone surrogates': { text: 'a\nb\u2028\ud800' },
  'a proxy that refuses': new Proxy(
    {},
    {
      ownKeys() {
        throw new Error('refused');
      },
    },
  ),
};

/** What every `Telemetry` must do: take everything, never throw. */
export function telemetryContract(name: string, make: () => Telemetry): void {
  describe(`telemetry: ${name}`, () => {
    it.each(Object.keys(EVENTS) as TaskEvent['kind'][])('takes the event "%s"', (kind) => {
      expect(() => make().event(EVENTS[kind])).not.toThrow();
    });

    it.each(Object.keys(FIELDS))('takes a log line with %s', (fields) => {
      const line: LogLine = { level: 'info', message: 'm', fields: FIELDS[fields] as object };
      expect(() => make().log(line)).not.toThrow();
    });

    it('takes a line of each level, with and without a task', () => {
      const telemetry = make();
      for (const level of ['debug', 'info', 'warn', 'error'] as const) {
        expect(() => telemetry.log({ level, message: '' })).not.toThrow();
        expect(() => telemetry.log({ level, message: 'm', task: 't', id: 'i' })).not.toThrow();
      }
    });

    it('flushes whether anything was gathered or not', () => {
      const telemetry = make();
      telemetry.flush();
      telemetry.event(EVENTS.batch);
      expect(() => telemetry.flush()).not.toThrow();
      expect(() => telemetry.flush()).not.toThrow();
    });
  });
}

function cycle(): object {
  const outer: { inner?: object } = {};
  outer.inner = { outer };
  return outer;
}
