// biome-ignore-all lint/correctness/noUnusedFunctionParameters: as one writes it
// The whole daily surface in one file: what a Celery team writes every day, in our spelling. `// @ts-expect-error WRONG` marks
// programs that must not compile; `// LATER` lines of what is not built yet.

import {
  chain,
  chord,
  createApp,
  defineConfig,
  group,
  type Json,
  type Settled,
  SoftTimeLimitExceeded,
  sharedTask,
  signatureFrom,
  type TaskFailure,
} from 'celeriac';
import { createTestApp } from 'celeriac/testing';
import * as z from 'zod';

// ── surroundings (a database, SMTP, HTTP)
interface UserRow {
  id: number;
  email: string;
  lastDigestAt: string | null;
  dailyDigest: boolean;
}
class User {
  id = 0;
  email = '';
  lastDigestAt: Date | null = null;
  async save(): Promise<void> {}
}
declare const users: {
  get(id: number): Promise<User>;
  row(id: number): Promise<UserRow>;
  idsWithDailyDigest(): Promise<number[]>;
  streamIdsWithDailyDigest(): AsyncIterable<number>;
};
declare const orders: { get(id: number): Promise<{ id: number; amount: string; createdAt: Date }> };
declare function sendMail(to: string, subject: string, body: string, options?: { signal: AbortSignal }): Promise<void>;
declare function renderWelcome(user: User): string;
declare function renderDigest(user: User): string;
class SmtpError extends Error {}
class ConnectionError extends Error {}
class HttpError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(String(status));
    this.status = status;
  }
}

// ── the app: queues, routes, defaults
export const app = createApp('myapp', {
  queues: {
    default: {},
    emails: { maxConcurrency: 8, batchSize: 4, batchConcurrency: 1 }, // --queues=emails  --concurrency=8 --prefetch-multiplier=4
    reports: { maxConcurrency: 2, batchSize: 1 }, //                     --queues=reports --concurrency=2 --prefetch-multiplier=1
    payments: { maxConcurrency: 4, batchSize: 1 }, //                    --queues=payments …
    emails_urgent: {},
    digest: {},
  },
  taskRoutes: {
    'myapp.sendEmail': { queue: 'emails' },
    'myapp.generateReport': { queue: 'reports' },
    'myapp.chargePayment': { queue: 'payments' },
  },
  taskDefaults: { acksLate: false, autoretryFor: [ConnectionError], retryBackoff: true }, // the global setting; "autoretry on every external API call"
});
declare module 'celeriac' {
  interface Register {
    app: typeof app;
  }
}

// ── 1) Defining tasks
export const sendWelcomeEmail = sharedTask('myapp.sendWelcomeEmail', { args: z.tuple([z.int()]) }, async (userId) => {
  const user = await users.get(userId);
  await sendMail(user.email, 'Welcome', renderWelcome(user));
});
export async function section1(): Promise<void> {
  await sendWelcomeEmail.delay(42);
  await sendWelcomeEmail.applyAsync([42], { countdown: 60 });
  await sendWelcomeEmail.applyAsync([42], { eta: new Date(2026, 5, 1, 10, 0) });
  await sendWelcomeEmail.applyAsync([42], { queue: 'emails', expires: '1d', headers: { tenant: 'acme' } }); // the prose: queue, countdown, eta, expires, headers
  const signature = sendWelcomeEmail.s(42);
  void signature;
}

// ── 2) Task options
export const sendEmail = sharedTask(
  'myapp.sendEmail',
  {
    args: z.tuple([z.email(), z.string(), z.string()]),
    bind: true,
    autoretryFor: [SmtpError, ConnectionError],
    maxRetries: 5, // retry_kwargs={'max_retries': 5}
    retryBackoff: true,
    retryBackoffMax: 300,
    retryJitter: true,
    acksLate: true, // per-task override of taskDefaults
    softTimeLimit: 30,
    timeLimit: 60,
    rateLimit: '10/s',
  },
  async (self, to, subject, body) => {
    self.log.info('sending', { id: self.request.id, attempt: self.request.retries });
    try {
      await sendMail(to, subject, body, { signal: self.signal });
    } catch (error) {
      if (error instanceof SoftTimeLimitExceeded || self.signal.aborted)
        self.log.warn('soft limit: cleaning up', { reason: String(self.signal.reason) });
      throw error;
    }
  },
);
// retry_kwargs as Celery writes it
// @ts-expect-error OURS: flat, maxRetries stands beside
sharedTask('myapp.k', { retryKwargs: { maxRetries: 5 } }, async () => {});
// ConnectionError: Node has no such class, its network errors are told apart by `code`
// a predicate beside classes
sharedTask('myapp.p', { autoretryFor: [SmtpError, (error) => error.code === 'ECONNRESET'] }, async () => {});

// ── 3) Queues
export async function section3(): Promise<void> {
  await sendEmail.delay('a@b.c', 'Hi', '…'); // goes to emails
  await sendEmail.applyAsync(['a@b.c', 'Hi', '…'], { queue: 'emails_urgent' });
  // @ts-expect-error WRONG: one number for a task of three strings
  await sendEmail.applyAsync([42], { queue: 'emails_urgent' });
  // @ts-expect-error WRONG: a queue nobody declared
  await sendEmail.applyAsync(['a@b.c', 'Hi', '…'], { queue: 'emails_urgnt' });
}
// app.conf.task_routes assigned after the fact, or from a settings module (Celery's config_from_object)
const settings = {
  CELERY: defineConfig({ queues: { default: {}, emails: {} }, taskRoutes: { 'myapp.sendEmail': { queue: 'emails' } } }),
};
createApp('fromSettings', settings.CELERY);
const settingsConst = {
  CELERY: { queues: { default: {}, emails: {} }, taskRoutes: { 'myapp.sendEmail': { queue: 'emails' } } },
} as const;
createApp('fromSettingsConst', settingsConst.CELERY); // works with `as const`

// ── 4) Composition
export const fetchData = sharedTask('myapp.fetchData', {}, async (userId: number) => ({ userId, rows: [1, 2, 3] }));
export const transformData = sharedTask('myapp.transformData', {}, async (data: { userId: number; rows: number[] }) =>
  data.rows.map((row) => row * 2),
);
export const saveResult = sharedTask('myapp.saveResult', {}, async (rows: number[]) => rows.length);
export const processChunk = sharedTask(
  'myapp.processChunk',
  { args: z.tuple([z.int()]) },
  async (chunkId) => chunkId * 10,
);
export const processChunkByName = sharedTask(
  'myapp.processChunkByName',
  { args: z.tuple([z.object({ chunkId: z.int() })]) },
  async ({ chunkId }) => chunkId * 10,
); // kwargs
export const aggregateResults = sharedTask('myapp.aggregateResults', {}, async (parts: number[]) =>
  parts.reduce((a, b) => a + b, 0),
);
export const onFailure = sharedTask('myapp.onFailure', {}, async (failure: TaskFailure) => {
  console.error(failure.error.message);
});

export async function chains(): Promise<void> {
  const workflow = chain(fetchData.s(42), transformData.s(), saveResult.s());
  const saved: number = await (await workflow.applyAsync()).get();
  void saved;
  // @ts-expect-error WRONG: aggregateResults does not take what fetchData gives
  chain(fetchData.s(42), aggregateResults.s());
}
function* chunks(n: number) {
  for (let i = 0; i < n; i++) yield processChunk.s(i);
}
export async function groups(): Promise<void> {
  const job = await group(Array.from({ length: 100 }, (_, i) => processChunk.s(i))).applyAsync();
  const streamed = await group(chunks(100)).applyAsync(); // the generator expression
  const named = await group(Array.from({ length: 100 }, (_, i) => processChunkByName.s({ chunkId: i }))).applyAsync();
  const done: boolean = await job.ready(); // "returns True when all complete"
  // @ts-expect-error WRONG: Python's synchronous spelling; a promise is always truthy
  if (job.ready()) console.log('done');
  const numbers: number[] = await job.get({ timeout: '1m' });
  const count: number = await job.completedCount();
  void [streamed.id, named.id, done, numbers, count];
}
export async function chords(): Promise<void> {
  const job = chord(chunks(100), aggregateResults.s());
  const total: number = await (await job.applyAsync()).get();
  chord(
    Array.from({ length: 100 }, (_, i) => processChunk.s(i)),
    aggregateResults.s().onError(onFailure.s()),
  );
  // @ts-expect-error WRONG: the body gets the list
  chord(chunks(100), processChunk.s());
  const report = sharedTask(
    'myapp.report',
    {},
    (slots: Settled<number>[]) => slots.filter((slot) => slot.status === 'SUCCESS').length,
  );
  chord(chunks(100), report.s(), { onError: 'settle' });
  void total;
}
// "just have the first task enqueue the second"
export const fetchDataAndGoOn = sharedTask('myapp.fetchDataAndGoOn', {}, async (userId: number) => {
  const data = { userId, rows: [1] };
  await transformData.delay(data);
});

// ── 5) Beat
export const sendDigest = app.task('myapp.sendDigest', {}, async () => {});
export const refreshCache = app.task('myapp.refreshCache', {}, async () => {});
export const cleanupSessions = app.task('myapp.cleanupSessions', {}, async () => {});
// LATER (beat): app.beat('send-daily-digest', { task: sendDigest.s(), schedule: crontab({ hour: 8, minute: 0 }) });
// LATER (beat): app.beat('refresh-cache-every-5-min', { task: refreshCache.s(), schedule: every('5m') });
// LATER (beat): app.beat('cleanup-stale-sessions', { task: cleanupSessions.s(), schedule: crontab({ hour: 2, minute: 0, dayOfWeek: 'sunday' }) });
// LATER (beat): app.beat('by-name', { task: app.signature('myapp.refreshCache'), schedule: '5m' }); // Celery names tasks by string
// Celery's shape: one object in the configuration
// LATER (beatSchedule): createApp('withSchedule', {
// LATER (beatSchedule):   queues: { default: {} },
// LATER (beatSchedule):   beatSchedule: { 'send-daily-digest': { task: 'myapp.sendDigest', schedule: crontab({ hour: 8, minute: 0 }) } },
// LATER (beatSchedule): });
// LATER (beat): app.beat('bare name', { task: 'myapp.refreshCache', schedule: 300 });
// "every day at 08:00": where?
// an app-wide time zone (Celery's `timezone`)
// LATER (timezone): createApp('zoned', { queues: { default: {} }, timezone: 'Asia/Kolkata' });
// LATER (beat): app.beat('zoned', { task: sendDigest.s(), schedule: crontab({ hour: 8, minute: 0 }), timezone: 'Asia/Kolkata' });
// schedule editable at run time (django-celery-beat)
export async function schedules(): Promise<void> {
  // app.schedules
  // LATER (schedules): await app.schedules.update('send-daily-digest', { schedule: crontab({ hour: 9, minute: 0 }) });
}

// ── 6) Discovery
app.autodiscoverTasks();
app.autodiscoverTasks(['myapp', 'orders/asyncTasks', 'payments/workers']);
// a producer that only imports a package's tasks.ts: who binds sharedTask?
app.include({ sendEmail });

// ── 7) Signatures and partial application
export const sendTo = sharedTask(
  'myapp.sendTo',
  {},
  async (subject: string, to: { userId: number }) => `${subject} ${to.userId}`,
);
export async function signatures(): Promise<void> {
  const sig = sendTo.s('Hi', { userId: 42 });
  await sig.delay();
  const partial = sendTo.s({ userId: 42 }); // the options object is the last parameter, so it can be bound first
  const sent: string = await (await partial.applyAsync(['Welcome'])).get();
  await partial.delay('Welcome');
  // @ts-expect-error WRONG: the subject is missing
  await partial.delay();
  const wire: string = JSON.stringify(partial); // "they serialise across the broker"
  const back = signatureFrom<[string], string>(JSON.parse(wire));
  const typed = signatureFrom(partial.toJSON());
  void [sent, back, typed];
}

// ── 8) Error handling
export const fetchFromApi = sharedTask(
  'myapp.fetchFromApi',
  { bind: true, autoretryFor: [ConnectionError], retryBackoff: true, maxRetries: 5 },
  async (self, url: string): Promise<Json> => {
    const response = await fetch(url, { signal: self.signal });
    if (response.status >= 400 && response.status < 500) throw new HttpError(response.status); // not listed: fails at once, to the dead-letter queue
    if (!response.ok) throw new ConnectionError(`HTTP ${response.status}`); // 5xx: retried
    return (await response.json()) as Json;
  },
);
export const fetchUrl = sharedTask(
  'myapp.fetch',
  { bind: true, maxRetries: 5 },
  async (self, url: string): Promise<Json> => {
    try {
      return (await (await fetch(url)).json()) as Json;
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      throw self.retry({ error, countdown: 2 ** self.request.retries });
    }
  },
);
export const retries = sharedTask(
  'myapp.retries',
  { bind: true, args: z.tuple([z.string()]) },
  async (self, url): Promise<string> => {
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      // what `catch` gives is unknown
      if (self.request.retries < 1) throw self.retry({ error });
      if (self.request.retries < 2) throw self.retry({ error: new Error('x') });
      if (error instanceof HttpError && error.status === 429)
        throw self.retry({ error, countdown: '1m', args: [`${url}?mirror=2`] });
      // another queue
      if (self.request.retries < 3) throw self.retry({ queue: 'emails_urgent' });
      // @ts-expect-error 11: with a schema the arguments of a retry are checked
      throw self.retry({ args: [404] });
    }
  },
);
// an interface is no Json, so it cannot be passed on by retry (a type alias can)
export const retryRow = sharedTask('myapp.retryRow', { bind: true }, (self, row: UserRow): never =>
  self.retry({ args: [row] }),
);
// After max retries: the dead-letter queue, and the handle tells
export async function exhausted(): Promise<void> {
  const handle = await fetchFromApi.delay('https://example.org');
  if (await handle.failed()) console.error(await handle.state());
  // how often, why and when
  void [await handle.retries(), await handle.error(), await handle.dateDone()];
}

// ── 9) Return values
export const calculateTotal = sharedTask('myapp.calculateTotal', {}, async (orderId: number) =>
  Number((await orders.get(orderId)).amount),
);
// @ts-expect-error WRONG: result.createdAt is a Date
export const getOrder = sharedTask('myapp.getOrder', {}, async (orderId: number) => orders.get(orderId));
// @ts-expect-error WRONG: a model instance as a result
export const getUser = sharedTask('myapp.getUser', {}, async (userId: number) => users.get(userId));
// @ts-expect-error WRONG: bytes
export const getBytes = sharedTask('myapp.getBytes', {}, async () => new Uint8Array());
// @ts-expect-error WRONG: a model instance in a signature
export const greet = sharedTask('myapp.greet', {}, async (user: User) => user.email);
export const explicit = sharedTask('myapp.explicit', {}, async (orderId: number) => ({
  ...(await orders.get(orderId)),
  createdAt: new Date().toISOString(),
}));

// ── 10) The daily digest
export const sendDailyDigestNaive = app.task('myapp.sendDailyDigestNaive', {}, async () => {
  for (const id of await users.idsWithDailyDigest()) await sendDigestForUser(id); // a direct call runs here
});
// LATER (beat): app.beat('naive', { task: sendDailyDigestNaive.s(), schedule: crontab({ hour: 8, minute: 0 }), overlap: 'skip' }); // not before the last run is done
export const sendDigestForUser = app.task(
  'myapp.sendDigestForUser',
  { args: z.tuple([z.int()]), bind: true, autoretryFor: [SmtpError], retryBackoff: true, maxRetries: 3 },
  async (self, userId) => {
    const user = await users.get(userId);
    if (user.lastDigestAt?.toDateString() === new Date().toDateString()) return; // already sent today; idempotent
    await sendMail(user.email, 'Your Daily Digest', renderDigest(user));
    user.lastDigestAt = new Date();
    await user.save();
  },
);
export const sendDailyDigest = app.task('myapp.sendDailyDigest', {}, async () => {
  const userIds = await users.idsWithDailyDigest();
  const job = await group(userIds.map((id) => sendDigestForUser.s(id))).applyAsync();
  return job.id;
});
async function* digests() {
  for await (const id of users.streamIdsWithDailyDigest()) yield sendDigestForUser.s(id).set({ queue: 'digest' });
}
export const sendDailyDigestStreamed = app.task(
  'myapp.sendDailyDigestStreamed',
  {},
  async () => (await group(digests()).applyAsync([], { queue: 'digest' })).id,
);
// LATER (beat): app.beat('digest', { task: sendDailyDigest.s(), schedule: crontab({ hour: 8, minute: 0 }), overlap: 'allow' }); // on time although the last run is still going
export async function digestByHand(uid: number): Promise<void> {
  await sendDigestForUser.applyAsync([uid], { queue: 'digest' });
  const handle = await sendDailyDigest.delay();
  const groupId: string = await handle.get();
  // from the id back to the group
  void (await app.groupResult(groupId).completedCount());
}

// ── Operations
export async function q2(): Promise<void> {
  const test = createTestApp(app, {
    seed: 1,
    faults: { fail: { 'myapp.sendDigestForUser': { attempts: 1, error: new SmtpError('421') } } },
  });
  const handle = await sendDigestForUser.delay(42);
  await test.advance('1m');
  console.log(
    await handle.retries(),
    test.deadLetters('digest').map((letter) => letter.reason),
  );
}
// custom backoff without writing retry by hand
sharedTask(
  'myapp.customBackoff',
  { autoretryFor: [HttpError], retryBackoff: (retries: number) => 2 ** retries },
  async () => {},
);
// Find the slowest subtask; fail fast on retries
export async function slowest(): Promise<void> {
  const job = await group(chunks(100)).applyAsync();
  for await (const value of job) void value; // values as they come in, but not whose and when
  void job.results.map((member) => member.dateDone());
  const body = await chord(chunks(100), aggregateResults.s()).applyAsync();
  // the chord's header: `parent` is an untyped AsyncResult
  let slow: { id: string; ms: number; retries: number } | undefined;
  for await (const { id, startedAt, dateDone, retries } of body.members()) {
    const ms = Number(dateDone) - Number(startedAt);
    if (!slow || ms > slow.ms) slow = { id, ms, retries };
  }
  console.log('slowest', slow);
  chord(
    Array.from({ length: 100 }, (_, i) => processChunk.s(i).set({ maxRetries: 0 })),
    aggregateResults.s(),
  );
}
