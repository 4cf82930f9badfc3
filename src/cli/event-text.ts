import type { TaskEvent } from '../ports/telemetry.ts';

/** How good or bad a line is. */
export type Tone = 'good' | 'plain' | 'quiet' | 'warn' | 'bad';

/** What happened, in words. */
export interface EventText {
  readonly tone: Tone;
  readonly mark: string;
  readonly text: string;
  readonly tookMs?: number;
}

const MAX_ERROR = 300;

/** Puts a task event into words; nothing for what is not worth a line. */
export function eventText(event: TaskEvent): EventText | undefined {
  switch (event.kind) {
    case 'started':
    case 'batch':
    case 'dead-lettered': // its failure was told
      return undefined;
    case 'succeeded':
      return { tone: 'good', mark: '✔', text: 'succeeded', tookMs: event.tookMs };
    case 'retrying': {
      const when = event.inSeconds === 0 ? 'at once' : `in ${event.inSeconds} s`;
      const text = `retry ${event.retries} ${when}: ${oneLine(event.error)}`;
      return { tone: 'warn', mark: '↻', text, tookMs: event.tookMs };
    }
    case 'failed':
      return {
        tone: 'bad',
        mark: '✘',
        text: `failed (${event.reason}): ${oneLine(event.error)}`,
        ...(event.tookMs !== undefined ? { tookMs: event.tookMs } : {}),
      };
    case 'revoked':
      return { tone: 'quiet', mark: '∅', text: event.why };
    case 'ignored':
      return { tone: 'quiet', mark: '∅', text: 'ignored', tookMs: event.tookMs };
    case 'replaced':
      return { tone: 'plain', mark: '→', text: 'replaced', tookMs: event.tookMs };
    case 'deferred':
      return { tone: 'quiet', mark: '…', text: `waits ${event.inSeconds} s: ${event.why}` };
    case 'dropped':
      return { tone: 'quiet', mark: '∅', text: `dropped: ${event.why}` };
    case 'settled-again':
      return { tone: 'quiet', mark: '✔', text: `settled again: ${event.state}` };
    case 'sent-back':
      return { tone: 'warn', mark: '↻', text: `sent back to its queue after ${event.receiveCount} receives` };
    case 'unreadable':
      return { tone: 'bad', mark: '✘', text: `unreadable: ${oneLine(event.error)}` };
  }
}

/** An error's message may be a page long; the whole of it is stored, and in the dead letter. */
function oneLine(error: string): string {
  const line = error.replace(/\s+/g, ' ').trim();
  return line.length > MAX_ERROR ? `${line.slice(0, MAX_ERROR)}…` : line;
}
