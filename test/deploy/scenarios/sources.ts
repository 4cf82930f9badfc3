import assert from 'node:assert/strict';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { app } from '../app/app.ts';
import { eventually } from '../eventually.ts';
import type { Stage } from '../stage.ts';

/** Whatever puts `{"task":"drive.note","args":["…"]}` on the queue runs the task. */
export async function sources(stage: Stage): Promise<void> {
  const { clients, drive } = stage;
  const { stack } = drive;
  await Promise.all([
    ran(stage, 'SNS, raw', 'from-sns', (key) => {
      const Message = JSON.stringify({ task: 'drive.note', args: [key] });
      return clients.sns.send(new PublishCommand({ TopicArn: stack.output('TopicArn'), Message }));
    }),
    ran(stage, 'a rule of EventBridge', 'from-eventbridge', (key) => {
      const entry = { Source: 'celeriac.drive', DetailType: 'Drive', Detail: JSON.stringify({ key }) };
      return clients.events.send(new PutEventsCommand({ Entries: [entry] }));
    }),
    ran(stage, 'S3, through EventBridge', 'from-s3', async (Key) => {
      const Bucket = stack.output('BucketName');
      await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'an upload' }));
      await clients.s3.send(new DeleteObjectCommand({ Bucket, Key })); // a bucket with objects cannot be destroyed
    }),
    ran(stage, 'Step Functions', 'from-step-functions', (key) => {
      const input = JSON.stringify({ key });
      return clients.sfn.send(new StartExecutionCommand({ stateMachineArn: stack.output('StateMachineArn'), input }));
    }),
  ]);
}

async function ran(
  { checks, drive, target }: Stage,
  what: string,
  key: string,
  send: (key: string) => Promise<unknown>,
): Promise<void> {
  await checks.that(`a bare message put on the queue by ${what} runs as a task`, async () => {
    await send(key);
    const entry = await eventually(
      `the diary has ${key}`,
      30 * target.slowness,
      async () => (await drive.diary().read(key))[0],
    );
    // without an id in the message, the task has that of SQS: its result can be read like any other
    assert.equal(await app.asyncResult(entry.id).get({ timeout: 30 * target.slowness }), key);
  });
}
