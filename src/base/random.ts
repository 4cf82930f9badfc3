import { getRandomValues } from 'node:crypto';

/** Where randomness comes from: the system's in production, a seeded source in tests. */
export interface Random {
  /** An integer from 0 to 2^32 − 1. */
  uint32(): number;
}

/** The system's own source, drawn in blocks: one call to it per number would cost more than the number. */
export const systemRandom: Random = blockRandom();

/** An integer from 0 to `max`, both included. */
export function randomInt(random: Random, max: number): number {
  return Math.floor((random.uint32() / 2 ** 32) * (max + 1));
}

function blockRandom(): Random {
  const block = new Uint32Array(256);
  let next = block.length;
  return {
    uint32() {
      if (next >= block.length) {
        getRandomValues(block);
        next = 0;
      }
      return block[next++] as number;
    },
  };
}
