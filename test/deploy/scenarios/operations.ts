import assert from 'node:assert/strict';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { note } from '../app/tasks.ts';
import { type CommandRun, celeriac } from '../celeriac-cli.ts';
import { addWhatIsMissing } from '../deviations.ts';
import { eventually } from '../eventually.ts';
import type { Stage } from '../stage.ts';
import type { Target } from '../target.ts';

const APP = join(import.meta.dirname, '../app');
const EXAMPLE = join(import.meta.dirname, '../../../examples/digest');
/** Longer than a worker takes to begin what was just sent. */
const UNTOUCHED_MS = 3_000;
const WAITING = 5;

/** What an operator does to a deployed app, with the commands that an operator has. */
export async function operations(stage: Stage): Promise<void> {
  const { checks, target, digest } = stage;
  const apps: readonly (readonly [path: string, prefix: string])[] = [
    [APP, target.prefix],
    ...(digest ? [[EXAMPLE, 'digest'] as const] : []),
  ];
  if (target.isEmulated) {
    await checks.that('`celeriac doctor` names what MiniStack leaves out of a template', async () => {
      for (const [path, prefix] of apps) {
        const { code, text } = await diagnosis(path, prefix, target);
        assert.equal(code, 1, text);
        assert.match(text, /no TTL, expected on expiresAt/);
        assert.match(text, /loop detection of the worker is Terminate, expected Allow/);
      }
    });
    await addWhatIsMissing(stage);
  }
  await checks.that('`celeriac doctor` finds nothing wrong with a fresh deployment', async () => {
    for (const [path, prefix] of apps) {
      const { code, text } = await diagnosis(path, prefix, target);
      assert.equal(code, 0, text);
    }
  });
  await pausing(stage);
  await doctoring(stage);
}

/** What is said of an app, its lines joined: they are broken where a terminal ends. */
async function diagnosis(path: string, prefix: string, target: Target): Promise<{ code: number; text: string }> {
  const { code, output } = await celeriac(['doctor', path, '--deployed', prefix], target);
  return { code, text: output.replace(/\s+/g, ' ') };
}

async function pausing({ checks, target, drive }: Stage): Promise<void> {
  const keys = Array.from({ length: WAITING }, (_, index) => `paused ${index}`);
  await checks.that('after `celeriac pause` messages wait, and none of them is begun', async () => {
    await succeeds(celeriac(['pause', 'default', '--deployed', target.prefix], target));
    await Promise.all(keys.map((key) => note.delay(key)));
    await eventually('all of them are on the queue', 30 * target.slowness, async () => {
      const { visible, inFlight } = await drive.stack.tools.depth('default');
      return visible + inFlight >= WAITING;
    });
    await new Promise((resolve) => setTimeout(resolve, UNTOUCHED_MS));
    for (const key of keys) assert.deepEqual(await drive.diary().read(key), []);
    const { output } = await succeeds(celeriac(['queues', '--deployed', target.prefix], target));
    assert.match(output, /default.*paused/);
  });
  await checks.that('after `celeriac resume` they run', async () => {
    await succeeds(celeriac(['resume', 'default', '--deployed', target.prefix], target));
    for (const key of keys) {
      await eventually(
        `${key} has run`,
        90 * target.slowness,
        async () => (await drive.diary().read(key)).length === 1,
      );
    }
  });
}

async function doctoring({ checks, clients, target, drive }: Stage): Promise<void> {
  const QueueUrl = `${drive.stack.environment.CELERIAC_QUEUE_PREFIX}default`;
  const asked = { QueueUrl, AttributeNames: ['VisibilityTimeout' as const] };
  await checks.that('`celeriac doctor` names a visibility that somebody has changed by hand', async () => {
    const { Attributes = {} } = await clients.sqs.send(new GetQueueAttributesCommand(asked));
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '3' } }));
    try {
      const { code, text } = await diagnosis(APP, target.prefix, target);
      assert.equal(code, 1, text);
      assert.match(text, /queue default .*work queue hides messages 3 s, less than its function may take \(15 s\)/);
    } finally {
      await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    }
    const { code, text } = await diagnosis(APP, target.prefix, target);
    assert.equal(code, 0, text);
  });
}

async function succeeds(running: Promise<CommandRun>): Promise<CommandRun> {
  const run = await running;
  assert.equal(run.code, 0, run.output);
  return run;
}
