import { InvalidOptionError } from './errors.ts';

/** Seconds, or a text with a unit: `30`, `'30s'`, `'5m'`, `'2h'`, `'1d'`, `'500ms'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const TEXT = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * Reads a duration as whole milliseconds.
 *
 * @param at  the option's name, for the error
 * @throws {InvalidOptionError} it is negative, no number, or a text of another form
 */
export function durationMs(value: Duration, at: string): number {
  const milliseconds = typeof value === 'number' ? value * 1_000 : textMs(value);
  if (milliseconds !== undefined && Number.isFinite(milliseconds) && milliseconds >= 0) return Math.round(milliseconds);
  throw new InvalidOptionError(
    `\`${at}\` must be seconds (0 or more) or a text such as '30s', '5m', '2h', '1d', got ${JSON.stringify(value) ?? String(value)}`,
  );
}

function textMs(value: unknown): number | undefined {
  const match = typeof value === 'string' ? TEXT.exec(value) : null;
  return match ? Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS] : undefined;
}
