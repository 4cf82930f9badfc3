import assert from 'node:assert/strict';
import { hang, neighbour } from '../app/tasks.ts';
import type { Stage } from '../stage.ts';

const NEIGHBOURS = 5;
/** Of the function: before it has ended, nothing of its batch is visible again. */
const TIMEOUT_MS = 8_000;

/** A task that takes the whole processor cannot be stopped from inside. */
export async function hangs({ checks, drive, target }: Stage): Promise<void> {
  await checks.that('a hung task is killed by the function timeout, and its neighbours finish', async () => {
    // sent in one tick, so in one call, so in all likelihood received in one batch
    const [hung, ...others] = await Promise.all([
      hang.delay('hang'),
      ...Array.from({ length: NEIGHBOURS }, () => neighbour.delay('neighbour')),
    ]);
    const values = await Promise.all([hung, ...others].map((sent) => sent.get({ timeout: 60 * target.slowness })));
    assert.deepEqual(values, ['hang', ...others.map(() => 'neighbour')]);
    const [first, second] = await drive.diary().read('hang');
    assert.ok(first && second, 'it is delivered again');
    assert.ok(second.atMs - first.atMs >= TIMEOUT_MS, 'but not before its function was ended');
    const beside = await drive.diary().read('neighbour');
    assert.equal(beside.length, NEIGHBOURS, 'each neighbour runs to its end once');
    assert.ok(
      beside.some(({ receiveCount }) => receiveCount > 1),
      'at least one was in the same batch',
    );
  });
}
