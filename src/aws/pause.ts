import type { Clock } from '../base/clock.ts';
import { type Random, randomInt } from '../base/random.ts';

const FIRST_MS = 25;
const MAX_MS = 500;

/** Waits before try number `tries + 1` of something that others may be trying at the same time: full jitter, at most 500 ms. */
export function pause(clock: Clock, random: Random, tries: number): Promise<void> {
  return clock.sleep(randomInt(random, Math.min(MAX_MS, FIRST_MS * 2 ** tries)));
}
