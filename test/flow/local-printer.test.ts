import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DevPrinter } from '../../src/cli/dev-printer.ts';
import { readOutput } from '../../src/local/function-output.ts';
import type { LocalTaskEvent } from '../../src/local/local-events.ts';

const TIME = '2026-02-03T04:05:06.007Z';
const OF = { time: TIME, queue: 'digest', task: 'digest.send', id: '018f2a3b-0000-7000-8000-0123456789ab' };

function printed(print: (printer: DevPrinter) => void): string {
  const lines: string[] = [];
  const printer = new DevPrinter((line) => lines.push(line));
  printer.setWidths({ queue: 7, task: 12 });
  print(printer);
  return stripVTControlCharacters(lines.join('\n'));
}

describe('the lines of celeriac dev', () => {
  it.each<[string, LocalTaskEvent]>([
    ['✔ succeeded  12 ms', { kind: 'succeeded', tookMs: 12, ...OF }],
    [
      '↻ retry 2 in 4 s: SmtpError: 451  1.5 s',
      { kind: 'retrying', retries: 2, inSeconds: 4, error: 'SmtpError: 451', tookMs: 1_500, ...OF },
    ],
    [
      '↻ retry 1 at once: Error: two lines  1 ms',
      { kind: 'retrying', retries: 1, inSeconds: 0, error: 'Error: two\n  lines\n', tookMs: 1, ...OF },
    ],
    [
      `✘ failed (exhausted): ${'x'.repeat(300)}…  3 ms`,
      { kind: 'failed', reason: 'exhausted', error: 'x'.repeat(2_000), expected: false, tookMs: 3, ...OF },
    ],
    [
      '✘ failed (exhausted): SmtpError: 550  3 ms',
      { kind: 'failed', reason: 'exhausted', error: 'SmtpError: 550', expected: false, tookMs: 3, ...OF },
    ],
    ['→ replaced  5 ms', { kind: 'replaced', tookMs: 5, ...OF }],
    ['∅ expired', { kind: 'revoked', why: 'expired', ...OF }],
    ['∅ ignored  1 ms', { kind: 'ignored', tookMs: 1, ...OF }],
    ['… waits 30 s: eta', { kind: 'deferred', why: 'eta', inSeconds: 30, ...OF }],
    ['∅ dropped: ended-by-another', { kind: 'dropped', why: 'ended-by-another', ...OF }],
    ['✔ settled again: SUCCESS', { kind: 'settled-again', state: 'SUCCESS', ...OF }],
    ['↻ sent back to its queue after 21 receives', { kind: 'sent-back', receiveCount: 21, ...OF }],
  ])('shows "%s"', (text, event) => {
    const line = printed((printer) => printer.event(event));
    expect(line.slice(12)).toBe(`  digest   digest.send   456789ab  ${text}`);
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.007/);
  });

  it('shows where in its workflow a task stands, in a column that seldom moves', () => {
    const ids = ['', '.0.7', '', '.0.10', '.0.10.e0-0', '.r1.0.3'].map((path) => OF.id + path);
    const lines = printed((printer) => {
      for (const id of ids) printer.event({ kind: 'ignored', tookMs: 1, ...OF, id });
    });
    expect(lines.split('\n').map((line) => line.slice(37))).toEqual([
      '456789ab  ∅ ignored  1 ms',
      '456789ab.0.7    ∅ ignored  1 ms',
      '456789ab        ∅ ignored  1 ms',
      '456789ab.0.10   ∅ ignored  1 ms',
      '456789ab.0.10.e0-0    ∅ ignored  1 ms',
      '456789ab.r1.0.3       ∅ ignored  1 ms',
    ]);
  });

  it('leaves out what is no news', () => {
    const silent = printed((printer) => {
      printer.event({ kind: 'started', retries: 0, waitedMs: 1, ...OF });
      printer.event({ kind: 'batch', time: TIME, queue: 'digest', records: 1, returned: 0, tookMs: 1 });
      printer.platform({ kind: 'environment-started', environment: 'digest-worker#1', pid: 1 });
    });
    expect(silent).toBe('');
  });

  it('indents what tasks print', () => {
    const lines = printed((printer) => {
      printer.log({ environment: 'digest-worker#1', level: 'info', message: 'two\nlines' });
      printer.log({
        environment: 'digest-worker#1',
        level: 'warn',
        message: 'slow',
        fields: { ms: 9 },
        task: OF.task,
        id: OF.id,
      });
    });
    expect(lines).toBe(
      ['two', 'lines', 'digest.send 456789ab  warn: slow {"ms":9}']
        .map((line) => `${' '.repeat(14)}│ ${line}`)
        .join('\n'),
    );
  });

  it('says how many messages come back when a function fails', () => {
    const failed = printed((printer) =>
      printer.platform({ kind: 'function-error', queue: 'digest', records: 3, error: 'Error: no\n    at x.ts:1' }),
    );
    expect(failed).toMatch(/ {2}digest {3}✘ function error: Error: no; 3 messages come back\n {14}│ {5}at x\.ts:1$/);
  });
});

describe('the output of a function', () => {
  it.each([
    [
      'our event',
      `{"time":"${TIME}","level":"info","event":"ignored","id":"x"}`,
      { kind: 'event', event: { kind: 'ignored', time: TIME, id: 'x' } },
    ],
    [
      'our log',
      '{"level":"warn","message":"m","task":"t"}',
      { kind: 'log', log: { level: 'warn', message: 'm', task: 't' } },
    ],
    ['our counters', '{"_aws":{}}', { kind: 'metric' }],
    ['JSON of the task', '{"a":1}', { kind: 'log', log: { level: 'info', message: '{"a":1}' } }],
    ['half a JSON', '{"a":', { kind: 'log', log: { level: 'info', message: '{"a":' } }],
    ['a text', 'hello', { kind: 'log', log: { level: 'info', message: 'hello' } }],
  ])('is read: %s', (_name, line, read) => {
    expect(readOutput(line, 'stdout')).toEqual(read);
  });
});
