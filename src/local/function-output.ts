import type { LocalLog, LocalTaskEvent } from './local-events.ts';

/** A line that a function printed, read. */
export type OutputLine =
  | { readonly kind: 'event'; readonly event: LocalTaskEvent }
  | { readonly kind: 'log'; readonly log: Omit<LocalLog, 'environment'> }
  /** Counters for CloudWatch, for which nobody looks here. */
  | { readonly kind: 'metric' };

/**
 * Reads one line of a function's output: our own telemetry is one line of JSON each, everything else is the task's text.
 *
 * @see src/aws/console-telemetry.ts
 */
export function readOutput(line: string, stream: 'stdout' | 'stderr'): OutputLine {
  const said = line.startsWith('{"') ? parse(line) : undefined;
  if (said !== undefined) {
    if ('_aws' in said) return { kind: 'metric' };
    if (typeof said.event === 'string' && typeof said.time === 'string') {
      const { event: kind, level: _level, ...fields } = said;
      return { kind: 'event', event: { kind, ...fields } as LocalTaskEvent };
    }
    if (isLevel(said.level) && typeof said.message === 'string') {
      const { level, message, task, id, fields } = said;
      return { kind: 'log', log: { level, message, ...present({ task, id, fields }) } as OutputLog };
    }
  }
  return { kind: 'log', log: { level: stream === 'stderr' ? 'warn' : 'info', message: line } };
}

type OutputLog = Omit<LocalLog, 'environment'>;

const LEVELS: readonly unknown[] = ['debug', 'info', 'warn', 'error'];

function isLevel(value: unknown): value is LocalLog['level'] {
  return LEVELS.includes(value);
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function present(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
