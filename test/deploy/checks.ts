/** Runs named checks one after the other or side by side, prints each as soon as it is decided, and counts. */
export class Checks {
  readonly #startedAtMs: number = performance.now();
  readonly #title: string;
  #passed = 0;
  readonly #failed: string[] = [];

  /** @param title  said before the name of a check that failed */
  constructor(title: string) {
    this.#title = title;
  }

  /** Runs one; a failure is printed and counted, and the others go on. Answers whether it passed. */
  async that(what: string, check: () => Promise<unknown>): Promise<boolean> {
    try {
      await check();
      this.#passed += 1;
      this.say(`✔ ${what}`);
      return true;
    } catch (error) {
      this.#failed.push(`${this.#title}: ${what}`);
      this.say(`✘ ${what}\n${indented(error instanceof Error ? (error.stack ?? error.message) : String(error))}`);
      return false;
    }
  }

  /** Prints a line with the seconds since the start. */
  say(text: string): void {
    const seconds = ((performance.now() - this.#startedAtMs) / 1_000).toFixed(1);
    console.log(`${seconds.padStart(6)} s  ${text}`);
  }

  get passed(): number {
    return this.#passed;
  }

  /** The names of those that failed. */
  get failed(): readonly string[] {
    return this.#failed;
  }
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '            ');
}
