import assert from 'node:assert/strict';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { isEmpty } from '../../../src/operations/queue-depth.ts';
import { eventually } from '../eventually.ts';
import type { Stage } from '../stage.ts';

/** What SQS gives up on without any of our code having seen it goes back, a quarter of an hour later. */
export async function lost({ checks, clients, drive, target }: Stage): Promise<void> {
  const { environment, tools } = drive.stack;
  await checks.that('what comes to a lost queue is sent back to its queue by the lost function', async () => {
    const QueueUrl = `${environment.CELERIAC_QUEUE_PREFIX}poison-lost`;
    const MessageBody = JSON.stringify({ task: 'drive.note', args: ['lost'] });
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await eventually('it waits on its queue again', 60 * target.slowness, async () => {
      return (await tools.depth('poison')).delayed === 1 && isEmpty(await tools.depth('poison-lost'));
    });
    assert.deepEqual(await drive.diary().read('lost'), []);
  });
}
