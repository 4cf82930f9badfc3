const BAR_WIDTH = 30;
const REDRAW_MS = 100;
/** Where nobody looks at a terminal, a line for every so many per cent. */
const LINE_EVERY_PERCENT = 10;
/** So long without an update is worth a word. */
const QUIET_MS = 3_000;
/** By then a killed worker's messages are visible again. @see VISIBILITY_SECONDS in stage.ts */
const COME_BACK_MS = 15_000;

/** Shows how far the work is: a bar on a terminal, else a few lines. */
export class Progress {
  readonly #total: number;
  readonly #out: NodeJS.WriteStream;
  readonly #startedAtMs: number = performance.now();
  #drawnAtMs = 0;
  #shownPercent = 0;
  #done = 0;
  #killedAtMs = Number.NEGATIVE_INFINITY;
  #quiet: NodeJS.Timeout | undefined;

  constructor(total: number, out: NodeJS.WriteStream = process.stdout) {
    this.#total = total;
    this.#out = out;
  }

  update(done: number): void {
    this.#done = Math.min(done, this.#total);
    this.#quiet?.refresh();
    const nowMs = performance.now();
    if (this.#out.isTTY) {
      if (nowMs - this.#drawnAtMs < REDRAW_MS) return;
      this.#drawnAtMs = nowMs;
      this.#out.write(`\r\x1b[K${this.#bar()}`);
    } else if (this.#percent() >= this.#shownPercent + LINE_EVERY_PERCENT) {
      this.#shownPercent = this.#percent() - (this.#percent() % LINE_EVERY_PERCENT);
      this.#out.write(`${this.#text()}\n`);
    }
  }

  /** Prints a line about a worker that was killed just now, and later once more if nothing happens while its messages are hidden. */
  note(text: string): void {
    this.#killedAtMs = performance.now();
    this.#quiet ??= setTimeout(() => this.#sayQuiet(), QUIET_MS).unref();
    this.#line(text);
  }

  /** Leaves the last state on the screen. */
  end(): void {
    clearTimeout(this.#quiet);
    if (this.#out.isTTY) this.#out.write(`\r\x1b[K${this.#bar()}\n`);
  }

  #sayQuiet(): void {
    if (performance.now() - this.#killedAtMs > COME_BACK_MS) return;
    this.#killedAtMs = Number.NEGATIVE_INFINITY; // once is enough
    this.#line("      waiting for the killed worker's messages to become visible again");
  }

  /** The bar stays below it. */
  #line(text: string): void {
    this.#out.write(this.#out.isTTY ? `\r\x1b[K${text}\n${this.#bar()}` : `${text}\n`);
  }

  #bar(): string {
    const full = Math.round((this.#done / this.#total) * BAR_WIDTH);
    return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)} ${this.#text()}`;
  }

  #text(): string {
    const seconds = (performance.now() - this.#startedAtMs) / 1_000;
    const rate = Math.round(this.#done / seconds);
    const counts = `${this.#done.toLocaleString('en')} of ${this.#total.toLocaleString('en')} users`;
    return `${String(this.#percent()).padStart(3)} %  ${counts}, ${rate}/s, ${seconds.toFixed(0)} s`;
  }

  #percent(): number {
    return Math.floor((100 * this.#done) / this.#total);
  }
}
