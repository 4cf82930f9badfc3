import { type Choices, type FaultPoint, mulberry32, recorded } from '../memory/choices.ts';
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
  const fault = (at: FaultPoint) => {
    for (const { names, fault, happens } of calls) {
      const possible = names.includes(at.name) ? at.faults.indexOf(fault) : -1;
      if (possible > 0 && happens()) return possible;
    }
    return 0;
  };
  const next = (steps: number) => {
    if (rules.overtaking === 0 || steps < 2 || random() / 2 ** 32 >= rules.overtaking) return 0;
    return 1 + (random() % (steps - 1));
  };
  const choices = recorded(mulberry32(seed ^ 0x9e3779b9), (kind, options, _position, at) => {
    if (kind === 'next') return next(options);
    return at ? fault(at) : 0;
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
