import assert from 'node:assert/strict';
import { chord } from 'celeriac';
import { app } from '../app/app.ts';
import { square, sum } from '../app/tasks.ts';
import type { Stage } from '../stage.ts';

const MEMBERS = 200;

/** A chord across many function environments. */
export async function chords({ checks, drive, target }: Stage): Promise<void> {
  const seconds = 60 * target.slowness;
  await checks.that(`the body of a chord of ${MEMBERS} members runs once, and its outcome is stored once`, async () => {
    const numbers = Array.from({ length: MEMBERS }, (_, n) => n);
    const sent = await chord(
      numbers.map((n) => square.s(n)),
      sum.s('sum'),
    ).applyAsync();
    const total = numbers.reduce((all, n) => all + n * n, 0);
    assert.equal(await sent.get({ timeout: seconds }), total);
    // a handle that knows nothing but the id, as another process has it
    const status = await app.asyncResult(sent.id).read();
    assert.ok(status.state === 'SUCCESS' && status.value === total, JSON.stringify(status));
    assert.equal((await drive.diary().read('sum')).length, 1);
    const squares = await app.groupResult<number[]>(sent.parent?.id ?? '').get({ timeout: seconds });
    assert.deepEqual(
      squares,
      numbers.map((n) => n * n),
    );
  });
}
