import { chain, createApp, group } from 'celeriac';
import { type CeleryTasks, celeryTasks } from '../../../support/celery-tasks.ts';

/** An app whose tasks do everything that tasks can, on each of its queues. */
export const app = createApp('allowed', { queues: { default: {}, other: {} } });

/** The tasks of Celery's cases; what they write stays in the process that they run in. */
export const t: CeleryTasks = celeryTasks(app, []);

const bind = { bind: true } as const;

/** Says how far it is, and takes some seconds. */
export const tracked = app.task('tracked', { bind: true, trackStarted: true }, async (self, seconds: number) => {
  await self.updateState('HALF', { done: 1 });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return seconds;
});

/** Comes back so late that it is sent again. */
export const muchLater = app.task('muchLater', bind, (self): null => self.retry({ countdown: '20m' }));

export const atMostOnce = app.task('atMostOnce', { acksLate: false }, (n: number) => n);

/** Sends a group whose size it does not know beforehand, to both queues. */
export const streams = app.task('streams', {}, async (size: number) => {
  const step = { queue: 'other' } as const;
  const members = function* () {
    for (let n = 0; n < size; n++) yield n % 2 ? t.id.s(n) : t.id.s(n).set(step);
  };
  await chain(group(members()), t.tsum.s()).applyAsync();
  return size;
});
