import assert from 'node:assert/strict';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Stage } from '../stage.ts';

/** `tasks.configure(fn)` is all that a function needs to send tasks and read their results. */
export async function producer({ checks, clients, drive }: Stage): Promise<void> {
  await checks.that('a function that was made a producer sends a task and reads its result', async () => {
    const FunctionName = drive.stack.output('ProducerName');
    const Payload = JSON.stringify({ key: 'produced' });
    const { Payload: answer, FunctionError } = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload }));
    assert.equal(FunctionError, undefined, answer?.transformToString());
    assert.equal(JSON.parse(answer?.transformToString() ?? ''), 'produced');
  });
}
