import assert from 'node:assert/strict';
import type { AsyncResult } from 'celeriac';
import type { DeadLetter } from '../../../src/operations/dead-letters.ts';
import { broken, killer, repairOf } from '../app/tasks.ts';
import { eventually } from '../eventually.ts';
import type { Stage } from '../stage.ts';

/** Three starts that nobody ended, each followed by the visibility timeout, and the delivery before that was not counted. */
const KILLED_SECONDS = 120;

/** A task that fails for good ends as a dead letter, and runs after its repair. */
export async function failsForGood(stage: Stage): Promise<void> {
  const { checks, drive, target } = stage;
  const sent = await broken.delay('broken');
  await checks.that('a task that fails for good is a dead letter with its reason', async () => {
    await assert.rejects(sent.get({ timeout: 30 * target.slowness }), /has not been repaired/);
    const letter = await letterOf(stage, 'default', sent);
    assert.equal(letter.attributes.reason, 'permanent');
    assert.match(letter.attributes.errorMessage ?? '', /has not been repaired/);
    assert.equal((await drive.diary().read('broken')).length, 1);
  });
  await checks.that('redriven after its repair it succeeds, and the handle says so', () =>
    repaired(stage, 'default', sent),
  );
}

/** A task that takes its process with it ends too, with a reason, although no code of ours saw it end. */
export async function killsItsProcess(stage: Stage): Promise<void> {
  const { checks, drive, target } = stage;
  const sent = await killer.delay('killer');
  await checks.that('a task of which its process dies is given up after three counted starts', async () => {
    await assert.rejects(sent.get({ timeout: KILLED_SECONDS * target.slowness }), { name: 'WorkerLostError' });
    const starts = (await drive.diary().read('killer')).length;
    assert.equal(starts, 4, 'the first delivery is not counted: a plain task writes nothing before it runs');
    assert.match((await letterOf(stage, 'poison', sent)).attributes.reason ?? '', /lost/);
  });
  await checks.that('and redriven after its repair it succeeds', () => repaired(stage, 'poison', sent));
}

function letterOf({ drive, target }: Stage, queue: string, sent: AsyncResult<unknown>): Promise<DeadLetter> {
  return eventually('a dead letter', 30 * target.slowness, async () => {
    return (await drive.stack.tools.deadLetters(queue)).find(({ attributes }) => attributes.id === sent.id);
  });
}

async function repaired({ drive, target }: Stage, queue: string, sent: AsyncResult<string>): Promise<void> {
  const key = queue === 'poison' ? 'killer' : 'broken';
  await drive.diary().write(repairOf(key), { id: '', retries: 0, receiveCount: 0 });
  const moved = await drive.stack.tools.redrive(queue, { fits: ({ attributes }) => attributes.id === sent.id });
  assert.equal(moved, 1);
  const value = await eventually('it has succeeded', 30 * target.slowness, async () => {
    const status = await sent.read();
    return status.state === 'SUCCESS' && status.value;
  });
  assert.equal(value, key);
}
