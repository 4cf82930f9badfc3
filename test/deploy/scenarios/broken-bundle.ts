import assert from 'node:assert/strict';
import { note } from '../app/tasks.ts';
import { eventually } from '../eventually.ts';
import type { Stage } from '../stage.ts';

const WAITING = 30;
/** What the broken bundle has received comes back sooner there. */
const QUEUE = 'hangs';

/** A deployment that does not load costs time, and no task. */
export async function brokenBundle({ checks, drive, target }: Stage): Promise<void> {
  const { stack } = drive;
  await checks.that('while a bundle is deployed that does not load, tasks wait', async () => {
    await stack.deploy({ unloadable: 'true' });
    await Promise.all(Array.from({ length: WAITING }, () => note.applyAsync(['waiting'], { queue: QUEUE })));
    await eventually('some were received in vain', 60 * target.slowness, async () => {
      return (await stack.tools.depth(QUEUE)).inFlight > 0;
    });
    assert.deepEqual(await drive.diary().read('waiting'), []);
  });
  await checks.that('once a good one is deployed, all of them run, each once', async () => {
    await stack.deploy();
    await eventually('all have run', 90 * target.slowness, async () => {
      return (await drive.diary().read('waiting')).length >= WAITING;
    });
    const entries = await drive.diary().read('waiting');
    assert.equal(new Set(entries.map(({ id }) => id)).size, WAITING);
    assert.equal(entries.length, WAITING);
    assert.ok(
      entries.some(({ receiveCount }) => receiveCount > 1),
      'none was received by the broken bundle',
    );
  });
}
