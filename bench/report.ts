import { cpus, totalmem } from 'node:os';

/** Prints the figures of one run, holds them to their budgets, and remembers whether one was over. */
export class Report {
  #over = 0;

  /** Says on which machine the figures were taken. */
  machine(): void {
    const gib = Math.round(totalmem() / 2 ** 30);
    console.log(`${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${gib} GiB, Node ${process.version}`);
  }

  section(title: string): void {
    console.log(`\n${title}`);
  }

  /** A figure without a budget. */
  figure(name: string, value: string): void {
    console.log(`  ${name.padEnd(NAME)} ${value}`);
  }

  /** A figure that has to be at most `limit`. */
  atMost(name: string, value: number, limit: number, { unit = '', besides = '' } = {}): void {
    const ok = value <= limit; // not so for NaN
    if (!ok) this.#over += 1;
    const shown = `${rounded(value)}${unit}, at most ${limit}${unit}${besides && ` (${besides})`}`;
    console.log(`  ${name.padEnd(NAME)} ${shown}  ${ok ? 'ok' : 'OVER'}`);
  }

  /** Something that has to be so. */
  holds(name: string, holds: boolean, besides: string): void {
    if (!holds) this.#over += 1;
    console.log(`  ${name.padEnd(NAME)} ${besides}  ${holds ? 'ok' : 'OVER'}`);
  }

  /** Says how many budgets were missed, and lets the process fail if any was. */
  end(): void {
    if (this.#over > 0) {
      console.log(`\n${this.#over} over budget`);
      process.exitCode = 1;
    } else {
      console.log('\nall within budget');
    }
  }
}

const NAME = 46;

/** Three digits that matter. */
export function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

/** The middle one of the values; of two, the mean. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Median, and from the least to the greatest. */
export function spread(values: readonly number[], unit: string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${rounded(median(values))}${unit} (${rounded(least)}–${rounded(most)}, ${values.length} runs)`;
}
