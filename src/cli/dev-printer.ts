import type { LocalLog, LocalTaskEvent, PlatformEvent } from '../local/local-events.ts';
import { durationText } from './duration-text.ts';
import { eventText, type Tone } from './event-text.ts';
import { shortId } from './full-id.ts';
import { platformText } from './platform-text.ts';
import { styled } from './style.ts';

type Format = Parameters<typeof styled>[0];

const TONES: Readonly<Record<Tone, Format>> = {
  good: 'green',
  plain: 'reset',
  quiet: 'dim',
  warn: 'yellow',
  bad: 'red',
};
const LEVELS: Readonly<Record<LocalLog['level'], Format>> = {
  debug: 'dim',
  info: 'reset',
  warn: 'yellow',
  error: 'red',
};
/** Under the queue's column. */
const LOG_INDENT = `${' '.repeat(14)}│ `;
/** A short id of a task by itself; a place in a workflow makes the column wider by so much at a time, so that it seldom moves. */
const LEAST_ID = 8;
const ID_STEP = 6;
const MOST_ID = 32;

/** How wide the columns are, known from the declared names. */
export interface Widths {
  readonly queue: number;
  readonly task: number;
}

/** Prints what happens, one line each: time, queue, task, id, what, how long; what tasks print stands indented below. */
export class DevPrinter {
  readonly #write: (line: string) => void;
  #widths: Widths = { queue: 7, task: 0 };
  #idWidth = LEAST_ID;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  setWidths(widths: Widths): void {
    this.#widths = widths;
  }

  event(event: LocalTaskEvent): void {
    const said = eventText(event);
    if (!said) return;
    const { queue, task } = this.#widths;
    const name = 'task' in event ? event.task : '';
    const id = 'id' in event ? event.id : 'sqsMessageId' in event ? event.sqsMessageId : '';
    const took = said.tookMs === undefined ? '' : styled('dim', `  ${durationText(said.tookMs)}`);
    this.#write(
      [
        styled('dim', clockText(event.time)),
        event.queue.padEnd(queue),
        name.padEnd(task),
        styled('dim', this.#idCell(id)),
        styled(TONES[said.tone], `${said.mark} ${said.text}`) + took,
      ].join('  '),
    );
  }

  /** A task's own log names its task; what it prints by `console.log` cannot. */
  log({ level, message, fields, task, id }: LocalLog): void {
    const whose = task === undefined ? '' : styled('dim', `${task} ${shortId(id ?? '')}  `);
    const rest = fields && Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
    const mark = level === 'warn' || level === 'error' ? `${level}: ` : '';
    for (const line of `${mark}${message}${rest}`.split('\n')) {
      this.#write(styled('dim', LOG_INDENT) + whose + styled(LEVELS[level], line));
    }
  }

  /** As wide as the widest so far: what will run is not known beforehand. */
  #idCell(id: string): string {
    const cell = shortId(id);
    const wanted = LEAST_ID + ID_STEP * Math.ceil((cell.length - LEAST_ID) / ID_STEP);
    this.#idWidth = Math.max(this.#idWidth, Math.min(wanted, MOST_ID));
    return cell.padEnd(this.#idWidth);
  }

  platform(event: PlatformEvent): void {
    const said = platformText(event);
    if (!said) return;
    const time = styled('dim', clockText(new Date().toISOString()));
    this.#write([time, said.queue.padEnd(this.#widths.queue), styled(TONES[said.tone], `✘ ${said.text}`)].join('  '));
    for (const line of said.details) this.#write(styled('dim', LOG_INDENT + line));
  }
}

/** Local time of day, to the millisecond. */
function clockText(time: string): string {
  const at = new Date(time);
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  return `${digits(at.getHours(), 2)}:${digits(at.getMinutes(), 2)}:${digits(at.getSeconds(), 2)}.${digits(at.getMilliseconds(), 3)}`;
}
