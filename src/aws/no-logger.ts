import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * The SDK's own logger that logs nothing, without its `info`: with it the SDK copies the input and the output of every call for
 * a line that nobody reads, a twelfth of what a call costs.
 *
 * Called as the SDK calls its own, since it looks at the name: warnings still reach the console.
 */
class NoOpLogger {
  trace(): void {}
  debug(): void {}
  warn(): void {}
  error(): void {}
}

/** For the configuration of a client. */
export const NO_LOGGER: NonNullable<DynamoDBClientConfig['logger']> = new NoOpLogger() as never;
