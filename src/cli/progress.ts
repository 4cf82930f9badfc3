/** One line on a terminal's stderr that is written over; nothing elsewhere. */
export interface ProgressLine {
  /** Shows a text in place of the one before. */
  show(text: string): void;
  /** Takes it away. */
  clear(): void;
}

const ERASE_LINE = '\r\u001b[2K';

/** Shows what a command is at, to those who wait for it. */
export function progressLine(): ProgressLine {
  const write = (text: string) => process.stderr.isTTY && process.stderr.write(ERASE_LINE + text);
  return { show: (text) => void write(text), clear: () => void write('') };
}
