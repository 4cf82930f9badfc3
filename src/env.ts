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
} as const;
