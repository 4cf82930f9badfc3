import type { Clock } from '../base/clock.ts';
import type { LogLine, TaskEvent, Telemetry } from '../ports/telemetry.ts';
import { BatchMetrics } from './batch-metrics.ts';
import { jsonLine } from './json-line.ts';

type Level = LogLine['level'];

/** What the telemetry works with. */
export interface ConsoleTelemetryParts {
  readonly clock: Clock;
  /** Stands in every metric, so that two apps of an account stay apart: what is before the queues' names. */
  readonly app: string;
  /** Measures every task as well, and not its queue only; it costs. @default false */
  readonly metricsByTask?: boolean;
  /** Lines below it are left out. @default 'info' */
  readonly level?: Level;
  /** Takes one line, its line break included. @default stdout, past the prefix that Lambda gives to `console.log` */
  readonly write?: (line: string) => void;
}

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/**
 * Writes every event and log line as one line of JSON: `time`, `level`, then `event` or `message`, `task`, `id` and the rest.
 *
 * A batch's metrics are one more line a queue in CloudWatch's embedded metric format, written by `flush`.
 *
 * @see src/ports/metrics.ts
 */
export function consoleTelemetry(parts: ConsoleTelemetryParts): Telemetry {
  const { clock, app, metricsByTask = false, level: lowest = 'info', write = writeToStdout } = parts;
  const metrics = new BatchMetrics({ app, byTask: metricsByTask });
  const line = (level: Level, fields: object) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(lowest)) return;
    write(`${jsonLine({ time: new Date(clock.now()).toISOString(), level, ...fields })}\n`);
  };
  return {
    event(event) {
      metrics.count(event);
      const { kind, ...fields } = event;
      line(levelOf(event), { event: kind, ...fields });
    },
    log({ level, message, task, id, fields }) {
      line(level, { message, task, id, ...(fields ? { fields } : {}) });
    },
    flush() {
      for (const metric of metrics.take(clock.now())) write(`${JSON.stringify(metric)}\n`);
    },
  };
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

function levelOf(event: TaskEvent): Level {
  switch (event.kind) {
    case 'started':
    case 'batch':
      return 'debug';
    case 'failed':
      return event.expected ? 'info' : 'error';
    case 'unreadable':
      return 'error';
    case 'retrying':
    case 'sent-back':
      return 'warn';
    default:
      return 'info';
  }
}
