import type { PlatformEvent } from '../local/local-events.ts';
import type { Tone } from './event-text.ts';

/** What happened to a function, in words. */
export interface PlatformText {
  readonly tone: Tone;
  readonly queue: string;
  readonly text: string;
  /** A stack, mostly. */
  readonly details: readonly string[];
}

/** Puts what happened to a function into words; nothing for what is not worth a line. */
export function platformText(event: PlatformEvent): PlatformText | undefined {
  switch (event.kind) {
    case 'environment-started':
    case 'environment-ended':
      return undefined;
    case 'function-error': {
      const [first = '', ...details] = event.error.split('\n');
      const text = `function error: ${first}; ${comeBack(event.records)}`;
      return { tone: 'bad', queue: event.queue, text, details };
    }
    case 'malformed-response': {
      const text = `no batch response: ${event.response}; ${comeBack(event.records)}`;
      return { tone: 'bad', queue: event.queue, text, details: [] };
    }
    case 'throttled':
      return { tone: 'warn', queue: event.queue, text: `throttled; ${comeBack(event.records)}`, details: [] };
    case 'poll-failed':
      return { tone: 'bad', queue: event.queue, text: `the queue does not answer: ${event.error}`, details: [] };
  }
}

function comeBack(records: number): string {
  return records === 1 ? '1 message comes back' : `${records} messages come back`;
}
