// What a team writes every day with single tasks, in one program. `// @ts-expect-error WRONG` marks what must not compile.
import {
  createApp,
  defineConfig,
  type Json,
  SoftTimeLimitExceeded,
  sharedTask,
  signatureFrom,
  type TaskFailure,
} from 'celeriac';
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
  CELERY: defineConfig({
    queues: { default: {}, emails: {} },
    taskRoutes: { 'myapp.sendEmail': { queue: 'emails' } },
  }),
};
createApp('fromSettings', settings.CELERY);
const settingsConst = {
  CELERY: { queues: { default: {}, emails: {} }, taskRoutes: { 'myapp.sendEmail': { queue: 'emails' } } },
} as const;
createApp('fromSettingsConst', settingsConst.CELERY); // works with `as const`

// ── 4) What composition will be made of
export const fetchData = sharedTask('myapp.fetchData', {}, async (userId: number) => ({ userId, rows: [1, 2, 3] }));
export const transformData = sharedTask('myapp.transformData', {}, async (data: { userId: number; rows: number[] }) =>
  data.rows.map((row) => row * 2),
);
export const processChunkByName = sharedTask(
  'myapp.processChunkByName',
  { args: z.tuple([z.object({ chunkId: z.int() })]) },
  async ({ chunkId }) => chunkId * 10,
); // kwargs
export const onFailure = sharedTask('myapp.onFailure', {}, async (failure: TaskFailure) => {
  console.error(failure.error.message);
});
// "just have the first task enqueue the second"
export const fetchDataAndGoOn = sharedTask('myapp.fetchDataAndGoOn', {}, async (userId: number) => {
  const data = { userId, rows: [1] };
  await transformData.delay(data);
});

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
export const sendDigestForUser = app.task(
  'myapp.sendDigestForUser',
  { args: z.tuple([z.int()]), bind: true, autoretryFor: [SmtpError], retryBackoff: true, maxRetries: 3 },
  async (self, userId) => {
    const user = await users.get(userId);
    if (user.lastDigestAt?.toDateString() === new Date().toDateString()) return; // already sent today; idempotent
    self.log.info('sending', { userId });
    await sendMail(user.email, 'Your Daily Digest', renderDigest(user));
    user.lastDigestAt = new Date();
    await user.save();
  },
);
export const sendDailyDigest = app.task('myapp.sendDailyDigest', {}, async () => {
  const userIds = await users.idsWithDailyDigest();
  const jobs = await Promise.all(userIds.map((id) => sendDigestForUser.delay(id)));
  return jobs.length;
});
export async function digestByHand(uid: number): Promise<void> {
  await sendDigestForUser.applyAsync([uid], { queue: 'digest' });
  const handle = await sendDailyDigest.delay();
  const sent: number = await handle.get();
  void [sent, app.asyncResult<number>(handle.id)];
}

// custom backoff without writing retry by hand
sharedTask(
  'myapp.customBackoff',
  { autoretryFor: [HttpError], retryBackoff: (retries: number) => 2 ** retries },
  async () => {},
);
