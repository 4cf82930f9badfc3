import { type Case, claimsOnNearlyFreeItems, sampleCases } from './cases.ts';

const LOOKS = 30_000;

/**
 * How often each verdict of each write with each hint is compared; more by hand: `CONTRACT_TIMES=50`. With 0, for a server that
 * is slow, only every pair of values of any two properties is there once.
 */
export const TIMES: number = Number(process.env.CONTRACT_TIMES ?? 4);

/** The combinations that a backend on a server is compared with. */
export function casesForServer(): Case[] {
  const claims = [...claimsOnNearlyFreeItems()];
  // the three kinds of claim are asked in turn, so each item stays with one of them
  const asked = TIMES === 0 ? claims.filter((_, n) => n % 3 === 0) : claims;
  return [...asked, ...sampleCases(TIMES, Math.max(1, TIMES) * LOOKS)];
}
