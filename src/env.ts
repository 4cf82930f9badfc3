import { ConfigurationError } from './base/errors.ts';
import { isPlainObject } from './base/json.ts';

/**
 * The environment variables that a function or a producer needs, read once.
 *
 * Endpoints and credentials are the SDK's own variables (`AWS_ENDPOINT_URL_SQS`, `AWS_REGION`, …).
 */
export const ENV = {
  /** Everything of a queue's URL before its name: `https://sqs.eu-west-1.amazonaws.com/123456789012/digest-`. */
  queuePrefix: 'CELERIAC_QUEUE_PREFIX',
  /** The name of the table. */
  table: 'CELERIAC_TABLE',
  /** Seconds that an unknown task waits for a rolling deployment; 900 unless set. */
  graceSeconds: 'CELERIAC_GRACE_SECONDS',
  /** URLs of work queues that are not called `<prefix><queue>`, as JSON: `{"payments":"https://…/legacy-payments"}`; none unless set. */
  queueUrls: 'CELERIAC_QUEUE_URLS',
  /** `1` where the construct has made the event source mapping: the function looks whether it still is as it was made. */
  checkMapping: 'CELERIAC_CHECK_MAPPING',
  /** `1` where the worker measures every task, and not only its queue: a task is up to six metrics to pay for. */
  metricsByTask: 'CELERIAC_METRICS_BY_TASK',
} as const;

/** The SDK's own; may be absent where a profile names the region. */
const REGION = 'AWS_REGION';

/** What the variables say. */
export interface Env {
  readonly queuePrefix: string;
  readonly table: string;
  readonly graceSeconds: number;
  /** By the name that the app has for the queue. */
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly checkMapping: boolean;
  readonly metricsByTask: boolean;
  readonly region?: string;
}

const DEFAULT_GRACE_SECONDS = 900;
/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const TABLE_NAME = /^[\w.-]{3,255}$/;

/**
 * Reads all variables and freezes what they say; an empty one counts as absent.
 *
 * @throws {ConfigurationError} one or more are missing or not what they must be; the text names each
 */
export function readEnv(environment: NodeJS.ProcessEnv): Env {
  const queuePrefix = environment[ENV.queuePrefix] || undefined;
  const table = environment[ENV.table] || undefined;
  const grace = environment[ENV.graceSeconds] || String(DEFAULT_GRACE_SECONDS);
  const urls = environment[ENV.queueUrls] || '{}';
  const check = environment[ENV.checkMapping] || '0';
  const byTask = environment[ENV.metricsByTask] || '0';
  const region = environment[REGION] || undefined;
  const problems = [
    ...problem(ENV.queuePrefix, queuePrefix, isHttpUrl, 'the start of the URLs of the queues'),
    ...problem(ENV.table, table, (text) => TABLE_NAME.test(text), 'the name of a table'),
    ...problem(ENV.graceSeconds, grace, (text) => /^\d{1,6}$/.test(text), 'whole seconds from 0 to 999999'),
    ...problem(ENV.queueUrls, urls, isUrlsByName, 'a JSON object of URLs by queue'),
    ...problem(ENV.checkMapping, check, (text) => /^[01]$/.test(text), '0 or 1'),
    ...problem(ENV.metricsByTask, byTask, (text) => /^[01]$/.test(text), '0 or 1'),
  ];
  if (queuePrefix === undefined || table === undefined || problems.length > 0) {
    throw new ConfigurationError(`${problems.join('; ')}. ${WHERE}`);
  }
  return Object.freeze({
    queuePrefix,
    table,
    graceSeconds: Number(grace),
    queueUrls: Object.freeze(JSON.parse(urls)),
    checkMapping: check === '1',
    metricsByTask: byTask === '1',
    ...(region !== undefined ? { region } : {}),
  });
}

const WHERE =
  'In a test `createTestApp(app)` takes their place; `celeriac dev` sets them for its workers, and `celeriac env` prints them for a program beside it';

function problem(name: string, text: string | undefined, fits: (text: string) => boolean, allowed: string): string[] {
  if (text !== undefined && fits(text)) return [];
  return [`\`${name}\` must be ${allowed}, got ${text === undefined ? 'nothing' : JSON.stringify(text)}`];
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isUrlsByName(text: string): boolean {
  try {
    const urls: unknown = JSON.parse(text);
    return isPlainObject(urls) && Object.values(urls).every((url) => typeof url === 'string' && isHttpUrl(url));
  } catch {
    return false;
  }
}
