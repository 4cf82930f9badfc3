import { type Invocation, reserveMs } from './invocation.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Repeats a call to the table, with growing pauses and jitter, until it answers or the deadline is near: a throttled table
 * must neither make user code run again nor use up a start.
 *
 * @throws {unknown} what the last call threw; the message comes back
 */
export async function insist<T>(call: () => Promise<T>, invocation: Invocation): Promise<T> {
  const { clock, random } = invocation.worker.ports;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) throw error; // no trouble of the table
      const jitterMs = Math.floor((random.uint32() / 2 ** 32) * pauseMs);
      if (clock.now() + jitterMs > invocation.deadlineMs - reserveMs(invocation)) throw error;
      await clock.sleep(jitterMs);
    }
  }
}
