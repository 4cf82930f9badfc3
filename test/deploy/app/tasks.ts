import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TaskContext } from 'celeriac';
import * as z from 'zod';
import { app } from './app.ts';
import { type Diary, diaryIn } from './diary.ts';

/** The diary's key of an attempt; the same for all attempts of a scenario. */
const keyed = z.tuple([z.string()]);

/** Long enough for a neighbour in the batch to have begun when the hanging task takes the processor. */
const NEIGHBOUR_MS = 1_000;

/** What anything in AWS can put on a queue. */
export const note = app.task('drive.note', { args: keyed, bind: true }, async (self, key) => {
  await enter(self, key);
  return key;
});

/** Fails once, and is retried four seconds later. */
export const flaky = app.task(
  'drive.flaky',
  { args: keyed, bind: true, autoretryFor: [() => true], retryBackoff: 4, retryJitter: false },
  async (self, key) => {
    await enter(self, key);
    if (self.request.retries === 0) throw new Error('not yet');
    return key;
  },
);

/** Fails for good, until it is repaired. */
export const broken = app.task('drive.broken', { args: keyed, bind: true }, async (self, key) => {
  await enter(self, key);
  if (!(await isRepaired(key))) throw new Error(`"${key}" has not been repaired`);
  return key;
});

/** Takes its whole process with it, until it is repaired. */
export const killer = app.task('drive.killer', { args: keyed, bind: true, queue: 'poison' }, async (self, key) => {
  await enter(self, key);
  if (!(await isRepaired(key))) process.kill(process.pid, 'SIGKILL');
  return key;
});

/** Never gives the processor back on its first delivery. */
export const hang = app.task('drive.hang', { args: keyed, bind: true, queue: 'hangs' }, async (self, key) => {
  await enter(self, key);
  for (; self.request.receiveCount === 1; );
  return key;
});

/** What stands beside `hang` in its batch. */
export const neighbour = app.task('drive.neighbour', { args: keyed, bind: true, queue: 'hangs' }, async (self, key) => {
  await sleep(NEIGHBOUR_MS);
  await enter(self, key);
  return key;
});

export const square = app.task('drive.square', { args: z.tuple([z.int()]) }, (n) => n * n);

/** The body of a chord. */
export const sum = app.task('drive.sum', { bind: true }, async (self, values: number[], key: string) => {
  await enter(self, key);
  return values.reduce((all, value) => all + value, 0);
});

/** Under this key of the diary stands that something was repaired. */
export function repairOf(key: string): string {
  return `${key} repaired`;
}

async function isRepaired(key: string): Promise<boolean> {
  return (await diary().read(repairOf(key))).length > 0;
}

async function enter({ request }: TaskContext<never>, key: string): Promise<void> {
  await diary().write(key, { ...request, id: request.id ?? '' });
}

let opened: Diary | undefined;

function diary(): Diary {
  opened ??= diaryIn(new DynamoDBClient({}), process.env.DIARY_TABLE ?? '');
  return opened;
}
