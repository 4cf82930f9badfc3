import { type Choices, mulberry32, recorded } from '../memory/choices.ts';
import type { Often } from './faults.ts';
import type { Rules } from './read-faults.ts';

/** Tells at each chance whether a fault happens now. */
export type Chance = () => boolean;

/** What a seed decides: the choices of a world, and the faults of bodies. */
export interface Luck {
  readonly choices: Choices;
  /** Makes the chance of one rule. */
  chanceOf(often: Often): Chance;
}

/** The same seed and rules give the same luck. */
export function luckOf(seed: number, rules: Rules): Luck {
  const random = mulberry32(seed);
  const chanceOf = (often: Often) => chance(often, random);
  const calls = rules.calls.map((rule) => ({ ...rule, happens: chanceOf(rule.often) }));
  const choices = recorded(mulberry32(seed ^ 0x9e3779b9), (_kind, _options, _position, at) => {
    if (!at) return 0; // steps come in the order in which they became possible
    for (const { names, faults, happens } of calls) {
      if (!names.includes(at.name)) continue;
      const possible = faults.map((fault) => at.faults.indexOf(fault)).filter((index) => index > 0);
      if (possible.length > 0 && happens()) return possible[random() % possible.length] as number;
    }
    return 0;
  });
  return { choices, chanceOf };
}

function chance(often: Often, random: () => number): Chance {
  if ('times' in often) {
    let left = often.times;
    return () => left > 0 && left-- > 0;
  }
  let left = often.atMost ?? 20;
  return () => random() / 2 ** 32 < often.probability && left > 0 && left-- > 0;
}
