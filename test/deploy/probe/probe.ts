import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { DeleteFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { DeployedStack } from '../deployed.ts';
import { eventually } from '../eventually.ts';
import type { Stage } from '../stage.ts';
import type { Wish } from './handler.ts';

const HIDDEN_SECONDS = 20;
/** Long enough for pollers to have tried, and been refused, several times. */
const THROTTLED_SECONDS = 45;

/** One delivery, as Lambda described it. */
interface Seen {
  readonly atMs: number;
  readonly queue: string;
  readonly receiveCount: number;
  /** `DeadLetterQueueSourceArn`; empty if it was not there. */
  readonly source: string;
}

/**
 * Finds out what no emulator can tell and our protocol allows for either way, with a function that has nothing of ours in it.
 *
 * The answers are printed; a check fails only where Celeriac depends on the answer.
 */
export async function probe(stage: Stage): Promise<void> {
  const { checks, probe: stack } = stage;
  try {
    if (!(await checks.that('`cdk deploy` of the probe', () => stack.deploy()))) return;
    await Promise.all([hidden(stage, stack), redriven(stage, stack), moved(stage, stack)]);
    await throttled(stage, stack);
  } finally {
    await checks.that('`cdk destroy` of the probe', () => stack.destroy());
  }
}

/** Celeriac's backoff depends on it. */
async function hidden(stage: Stage, stack: DeployedStack): Promise<void> {
  await stage.checks.that(
    'probe: a visibility set by the function is kept when the record is reported as failed',
    async () => {
      await send(stage, stack, 'Work', { key: 'hidden', hideSeconds: HIDDEN_SECONDS });
      const [first, second] = await deliveries(stage, stack, 'hidden', 2);
      const seconds = ((second?.atMs ?? 0) - (first?.atMs ?? 0)) / 1_000;
      answer(stage, `it came back after ${seconds.toFixed(1)} s (asked for: ${HIDDEN_SECONDS}; the queue's own: 6)`);
      assert.ok(seconds >= HIDDEN_SECONDS - 1);
    },
  );
}

/** The lost queue's `maxReceiveCount` is 1,000 because the count may go on. */
async function redriven(stage: Stage, stack: DeployedStack): Promise<void> {
  await stage.checks.that('probe: what SQS gives to the next queue arrives in a function there', async () => {
    await send(stage, stack, 'Work', { key: 'redriven', failures: 1_000 });
    const seen = await deliveries(stage, stack, 'redriven', 3);
    const there = seen.find(({ queue }) => queue.endsWith('-dlq'));
    assert.ok(there, 'it was never received from the next queue');
    answer(stage, `after ${countsOf(seen)} its receive count on the next queue is ${there.receiveCount}`);
    answer(stage, `DeadLetterQueueSourceArn in Lambda's event: ${there.source === '' ? 'absent' : 'present'}`);
  });
}

async function moved(stage: Stage, stack: DeployedStack): Promise<void> {
  const { checks, clients, target } = stage;
  if (target.isEmulated) return checks.say('  probe: StartMessageMoveTask does not exist here');
  await checks.that('probe: a dead letter that SQS moves back is received again', async () => {
    await send(stage, stack, 'Kept', { key: 'moved', failures: 2 });
    await deliveries(stage, stack, 'moved', 2);
    await sleep(15_000); // until it is visible once more, and SQS gives it to the next queue
    const [SourceArn, DestinationArn] = [stack.output('KeptDlqArn'), stack.output('KeptArn')];
    await eventually('the move begins', 60, async () => {
      await clients.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
      return true;
    });
    const seen = await deliveries(stage, stack, 'moved', 3);
    answer(stage, `moved back, its receive counts were ${countsOf(seen)}`);
  });
}

async function throttled(stage: Stage, stack: DeployedStack): Promise<void> {
  const { checks, clients } = stage;
  const FunctionName = stack.output('FunctionName');
  await checks.that('probe: a message whose function was throttled is received afterwards', async () => {
    await clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await send(stage, stack, 'Work', { key: 'throttled' });
    await sleep(THROTTLED_SECONDS * 1_000);
    await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    // with two receives allowed, throttling may have given it to the next queue
    const [first] = await deliveries(stage, stack, 'throttled', 1);
    answer(
      stage,
      `after ${THROTTLED_SECONDS} s of throttling its receive count is ${first?.receiveCount} on ${nameOf(first?.queue)}`,
    );
  });
}

function answer({ checks }: Stage, text: string): void {
  checks.say(`  → ${text}`);
}

async function send({ clients }: Stage, stack: DeployedStack, queue: 'Work' | 'Kept', wish: Wish): Promise<void> {
  const QueueUrl = stack.output(`${queue}Url`);
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(wish) }));
}

/** Waits until a message has been delivered so often. */
function deliveries(
  { clients, target }: Stage,
  stack: DeployedStack,
  key: string,
  count: number,
): Promise<readonly Seen[]> {
  return eventually(`${count} deliveries of ${key}`, 90 * target.slowness, async () => {
    const { Items = [] } = await clients.dynamo.send(
      new QueryCommand({
        TableName: stack.output('Table'),
        ConsistentRead: true,
        KeyConditionExpression: '#key = :key',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':key': { S: key } },
      }),
    );
    const seen = Items.map(({ at, queue, receiveCount, source }) => ({
      atMs: Number.parseInt(at?.S ?? '', 10),
      queue: queue?.S ?? '',
      receiveCount: Number(receiveCount?.N),
      source: source?.S ?? '',
    }));
    return seen.length >= count && seen;
  });
}

function countsOf(seen: readonly Seen[]): string {
  return seen.map(({ receiveCount, queue }) => `${receiveCount} (${nameOf(queue)})`).join(', ');
}

function nameOf(arn = ''): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
