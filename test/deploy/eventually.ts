import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 250;

/**
 * Looks until a probe answers something, and answers that.
 *
 * @throws {Error} the time is over; with what the last look threw, if it did
 */
export async function eventually<T>(
  what: string,
  seconds: number,
  probe: () => Promise<T | undefined | false>,
): Promise<T> {
  const endAtMs = performance.now() + seconds * 1_000;
  for (;;) {
    const [answer, cause] = await probe().then(
      (value) => [value, undefined] as const,
      (error: unknown) => [undefined, error] as const,
    );
    if (answer !== undefined && answer !== false) return answer as T;
    if (performance.now() > endAtMs) {
      throw new Error(`${what}: not within ${seconds} s${cause === undefined ? '' : `; ${cause}`}`, { cause });
    }
    await sleep(LOOK_EVERY_MS);
  }
}
