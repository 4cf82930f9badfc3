/** Kills busy function environments at evenly spaced points of the work. */
export class Kills {
  readonly #wanted: number;
  readonly #total: number;
  readonly #killOne: () => number;
  #count = 0;
  #inFlight = 0;

  /**
   * @param total  what `at` counts up to
   * @param killOne  kills one that is busy; answers how many records it was working on, 0 if none was busy
   */
  constructor(wanted: number, total: number, killOne: () => number) {
    this.#wanted = wanted;
    this.#total = total;
    this.#killOne = killOne;
  }

  /** Kills if the work has come far enough; answers how many records were in flight, 0 if nothing was killed. */
  at(done: number): number {
    const next = ((this.#count + 1) * this.#total) / (this.#wanted + 1);
    if (this.#count >= this.#wanted || done < next) return 0;
    const records = this.#killOne();
    if (records > 0) this.#count += 1;
    this.#inFlight += records;
    return records;
  }

  get count(): number {
    return this.#count;
  }

  /** Records that all of them were working on together: so many mails at most may come twice. */
  get inFlight(): number {
    return this.#inFlight;
  }
}
