import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AsyncResult } from 'celeriac';
import { note } from '../app/tasks.ts';
import { eventually } from '../eventually.ts';
import type { Stage } from '../stage.ts';

/** As AWS and MiniStack say it. */
const DENIED = /AccessDenied|is not authorized to perform/;
/** Longer than a task takes that may do everything. */
const FUTILE_SECONDS = 8;
/** On AWS a policy that was changed holds everywhere some seconds later. */
const SETTLED_MS = 20_000;

/** Where policies are enforced: what is granted is enough, and none of it too much. */
export async function grants({ checks, drive, target }: Stage): Promise<void> {
  if (!target.enforcesIam) return;
  if (target.isEmulated) {
    await checks.that('of all that the functions asked for, nothing was denied', async () => {
      const denied = target
        .log()
        .split('\n')
        .filter((line) => DENIED.test(line));
      assert.deepEqual(denied, []);
    });
  }
  let sent: AsyncResult<string> | undefined;
  await checks.that('without `dynamodb:PutItem` its tasks cannot store what they did: they are denied', async () => {
    await drive.stack.deploy({ without: 'dynamodb:PutItem' });
    if (!target.isEmulated) await sleep(SETTLED_MS);
    sent = await note.delay('denied');
    await eventually('it has run', 60 * target.slowness, async () => (await drive.diary().read('denied')).length > 0);
    await assert.rejects(sent.get({ timeout: FUTILE_SECONDS }), { name: 'TimeoutError' });
    if (target.isEmulated) {
      // what a function prints is in the log once its invocation has ended
      await eventually('it says that it was denied', 60, async () => DENIED.test(target.log()));
    }
  });
  await checks.that('and once it is granted again, the same task ends', async () => {
    await drive.stack.deploy();
    assert.equal(await sent?.get({ timeout: 120 * target.slowness }), 'denied');
  });
}
