import assert from 'node:assert/strict';
import { flaky } from '../app/tasks.ts';
import type { Stage } from '../stage.ts';

/** What the task asks for. */
const BACKOFF_MS = 4_000;
/** Well below the queue's own visibility of 30 s, after which it would come back if nobody had set another. */
const LATEST_MS = 20_000;

/** A failed attempt comes back by the visibility of its own message. */
export async function retries({ checks, drive, target }: Stage): Promise<void> {
  await checks.that(
    'a failed attempt is repeated after its backoff by the same message, hidden meanwhile',
    async () => {
      const sent = await flaky.delay('flaky');
      assert.equal(await sent.get({ timeout: 60 * target.slowness }), 'flaky');
      const [first, second, ...others] = await drive.diary().read('flaky');
      assert.ok(first && second && others.length === 0, 'it takes two attempts');
      assert.deepEqual([first.retries, second.retries], [0, 1]);
      // a new message would have been received for the first time
      assert.deepEqual([first.receiveCount, second.receiveCount], [1, 2]);
      const waitedMs = second.atMs - first.atMs;
      assert.ok(waitedMs >= BACKOFF_MS - 500, `it waits for its backoff, waited ${waitedMs} ms`);
      assert.ok(waitedMs < LATEST_MS, `and for nothing else, waited ${waitedMs} ms`);
    },
  );
}
