import { parseArgs } from 'node:util';

/** How the demo is run. */
export interface DemoOptions {
  readonly users: number;
  /** Busy function environments that are killed on the way. */
  readonly kills: number;
  /** Decides the users, and whose mail is put off. */
  readonly seed: number;
  /** Shows every task event and log line. */
  readonly verbose: boolean;
}

export const USAGE = 'npm run demo -- [--users 2000] [--kills 1] [--seed 1] [--verbose]';

/**
 * Reads the command line.
 *
 * @throws {Error} an option that does not exist, or a number out of range
 */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string', default: '2000' },
      kills: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      verbose: { type: 'boolean', default: false },
    },
  });
  return {
    users: wholeNumber('--users', values.users, 100, 10_000_000),
    kills: wholeNumber('--kills', values.kills, 0, 100),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1),
    verbose: values.verbose,
  };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`${name} must be a whole number from ${least} to ${most}, got "${text}"`);
}
