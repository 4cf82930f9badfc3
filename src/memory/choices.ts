/**
 * The one source of every choice that a run in memory takes: what goes next, what fails, every random number.
 *
 * Seeded it makes a simulation, scripted a replay, and the explorer runs one script after the other.
 */
export interface Choices {
  /**
   * Picks one of `options`; 0 is the undisturbed course.
   *
   * @param kind  what is chosen, so that a source can weigh it
   * @param at  where a fault could happen, and which: for a source that picks by name
   */
  choose(kind: ChoiceKind, options: number, at?: FaultPoint): number;
  /** An integer from 0 to 2^32 − 1, for ids, tokens and jitter. */
  uint32(): number;
  /** What was chosen so far: the deviations from the undisturbed course, by their position. */
  readonly script: ReadonlyMap<number, number>;
  /** How many options each choice had, by position. */
  readonly widths: readonly number[];
}

/** `next`: which of several possible steps; `fault`: what goes wrong with a step. */
export type ChoiceKind = 'next' | 'fault';

/** A call or a receive, and what may go wrong with it, in the order of the options. */
export interface FaultPoint {
  readonly name: string;
  readonly faults: readonly string[];
}

/** How often a seeded run deviates, and how often at most: a run that is disturbed for ever need not end. */
export interface Rates {
  readonly next: number;
  readonly fault: number;
  readonly maxFaults: number;
  /** @default 40 */
  readonly maxReorderings?: number;
}

/** Deviates by a seeded generator: the same seed gives the same run. */
export function seededChoices(seed: number, rates: Rates): Choices {
  const random = mulberry32(seed);
  const left = { fault: rates.maxFaults, next: rates.maxReorderings ?? 40 };
  return recorded(mulberry32(seed ^ 0x9e3779b9), (kind, options) => {
    if (options < 2 || random() / 2 ** 32 >= rates[kind]) return 0;
    if (--left[kind] < 0) return 0;
    return 1 + (random() % (options - 1));
  });
}

/** Follows a script of deviations and is undisturbed everywhere else. */
export function scriptedChoices(script: ReadonlyMap<number, number>, seed: number = 1): Choices {
  return recorded(mulberry32(seed ^ 0x9e3779b9), (_kind, options, position) => {
    const choice = script.get(position) ?? 0;
    return choice < options ? choice : 0;
  });
}

/** Records what `pick` chooses; random numbers are drawn from `uint32`. */
export function recorded(
  uint32: () => number,
  pick: (kind: ChoiceKind, options: number, position: number, at: FaultPoint | undefined) => number,
): Choices {
  const script = new Map<number, number>();
  const widths: number[] = [];
  return {
    choose(kind, options, at) {
      const position = widths.length;
      const choice = pick(kind, options, position, at);
      widths.push(options);
      if (choice !== 0) script.set(position, choice);
      return choice;
    },
    uint32,
    script,
    widths,
  };
}

/** A small seeded generator of 32-bit integers. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}
