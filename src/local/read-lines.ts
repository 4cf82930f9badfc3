import type { Readable } from 'node:stream';

/** A line without an end is cut here, so that a task that prints megabytes costs no memory. */
const MAX_LINE = 262_144;

/** Calls `take` with each line of a stream, at once when it is complete, and with what is left at its end. */
export function readLines(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    if (rest.length > MAX_LINE) {
      take(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
