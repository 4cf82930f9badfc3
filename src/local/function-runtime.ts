/**
 * What Lambda's runtime is to a function: `function-runtime <bundle> <handler> <function name>` imports the bundle and calls its
 * handler for each event that the parent sends.
 *
 * Imports next to nothing of ours: the process holds what a deployed one holds.
 */
import { pathToFileURL } from 'node:url';
import { loadErrorText } from './load-error.ts';
import { peakMemoryBytes } from './peak-memory.ts';
import type { FromRuntime, ToRuntime } from './runtime-messages.ts';

const PEAK_EVERY_MS = 250;
const [, , bundlePath = '', handlerName = '', functionName = ''] = process.argv;
let peakBytes = 0;
let peakReadAtMs = 0;

// Ctrl-C, the closing of a terminal and many a process manager reach the whole process group; the parent decides
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => process.exit());

const handler = await load();
process.on('message', (invocation: ToRuntime) => void answer(invocation));
say({ kind: 'ready' });

async function load(): Promise<(event: object, context: object) => unknown> {
  try {
    const bundle: Record<string, unknown> = await import(pathToFileURL(bundlePath).href);
    const found = bundle[handlerName];
    if (typeof found === 'function') return found as (event: object, context: object) => unknown;
    throw new Error(`the bundle exports no function "${handlerName}"; it exports ${Object.keys(bundle).join(', ')}`);
  } catch (error) {
    say({ kind: 'init-error', error: loadErrorText(error) }, () => process.exit(1));
    return new Promise<never>(() => {});
  }
}

async function answer({ event, deadlineMs, requestId }: ToRuntime): Promise<void> {
  try {
    const response = await handler(event, contextOf(deadlineMs, requestId));
    say({ kind: 'answer', response: response ?? null, peakBytes: peak() });
  } catch (error) {
    say({ kind: 'answer', error: textOf(error), peakBytes: peak() });
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(deadlineMs: number, awsRequestId: string): object {
  return {
    awsRequestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${functionName}`,
    memoryLimitInMB: '1024',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: String(process.pid),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

function say(message: FromRuntime, then: () => void = () => {}): void {
  process.send?.(message, then);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}

/** Read from a file, so not at every answer. */
function peak(): number {
  if (Date.now() - peakReadAtMs < PEAK_EVERY_MS) return peakBytes;
  peakReadAtMs = Date.now();
  peakBytes = peakMemoryBytes();
  return peakBytes;
}
